/** The choice of preset and strength, with what each means. */

import { html } from "../ui.js";

export const PRESET_WORDS = {
  auto: ["Auto", "Improves photos; leaves drawings, screenshots, documents and Darkroom's own copies as they are."],
  photo: ["Photo", "Improves drawings, screenshots, documents and own copies too."],
  document: ["Document", "Makes paper white and ink dark, as for a photographed page."],
  none: ["None", "Keeps the pixels; only removes private metadata."],
};

export const presetName = (preset) => PRESET_WORDS[preset]?.[0] ?? preset;

/** A setting in words, such as "Photo at 60 %". */
export function settingWords({ preset, strength }) {
  return preset === "none" ? presetName(preset) : `${presetName(preset)} at ${strength}\u00a0%`;
}

/**
 * @param {{presets: string[], preset: string, strength: number, onChange: (change: object) => void}} props
 */
export function SettingsFields({ presets, preset, strength, onChange }) {
  return html`
    <fieldset class="choices">
      <legend>Preset</legend>
      ${presets.map(
        (name) => html`
          <label class="choice" key=${name}>
            <input
              type="radio"
              name="preset"
              value=${name}
              checked=${name === preset}
              onChange=${() => onChange({ preset: name })}
            />
            <span><strong>${presetName(name)}</strong> <small>${PRESET_WORDS[name]?.[1]}</small></span>
          </label>
        `,
      )}
    </fieldset>
    <${StrengthField} strength=${strength} isUsed=${preset !== "none"} onChange=${onChange} />
  `;
}

function StrengthField({ strength, isUsed, onChange }) {
  return html`
    <label class="field strength">
      <span>Strength <output>${strength} %</output></span>
      <input
        type="range"
        min="0"
        max="100"
        step="5"
        value=${strength}
        disabled=${!isUsed}
        aria-label="Strength"
        aria-valuetext=${`${strength} percent`}
        onInput=${(event) => onChange({ strength: Number(event.target.value) })}
      />
      <small>${isUsed ? "How much of the correction is carried out: 100 % is all of it." : "Nothing is corrected with this preset."}</small>
    </label>
  `;
}
