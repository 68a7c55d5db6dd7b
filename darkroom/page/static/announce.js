/** Words for those who hear the page; nothing on the screen changes. */

let timer = 0;

/** Say it once the present words have been spoken; of many in a row, the last is said. */
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const region = document.getElementById("announcements");
    if (region) region.textContent = text;
  }, 150);
}
