/** Files of a drop or of a file picker, folders opened. */

/**
 * The name has the path below the folder. What cannot be read has no file, but an error: a sentence.
 *
 * @typedef {{name: string, file: File | null, error?: string}} Chosen
 */

const isHidden = (name) => name.split("/").some((part) => part.startsWith("."));

/**
 * @param {DataTransfer} transfer
 * @returns {Promise<Chosen[]>}
 */
export async function filesOfDrop(transfer) {
  // All entries are taken before the first wait: afterwards the browser has forgotten them.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return filesOfPicker(transfer.files);
  const found = await Promise.all(entries.map((entry) => filesBelow(entry, "")));
  return found.flat();
}

/** @param {FileList} files @returns {Chosen[]} */
export function filesOfPicker(files) {
  return [...files].map((file) => ({ name: file.webkitRelativePath || file.name, file })).filter(isWanted);
}

async function filesBelow(entry, path) {
  const name = path + entry.name;
  if (isHidden(entry.name)) return [];
  try {
    if (entry.isFile) return [{ name, file: await new Promise((settle, fail) => entry.file(settle, fail)) }];
    const children = await childrenOf(entry.createReader());
    const found = await Promise.all(children.map((child) => filesBelow(child, `${name}/`)));
    return found.flat();
  } catch (error) {
    // The others of the drop are sent.
    return [{ name, file: null, error: `It cannot be read: ${error.message}` }];
  }
}

/** A reader gives a hundred at a time, and an empty list at the end. */
async function childrenOf(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((settle, fail) => reader.readEntries(settle, fail));
    if (!some.length) return all;
    all.push(...some);
  }
}

/** `.DS_Store` and the like are no photos, and nobody chose them. */
function isWanted({ name }) {
  return !isHidden(name);
}
