/** One file to the bucket, by its presigned POST. */

const REASONS = {
  EntityTooLarge: "It is larger than this deployment takes.",
  EntityTooSmall: "It is empty. Choose the file again, once it has been written.",
  AccessDenied: "The bucket refused it: the permission to upload may be too old. Try again.",
};

/**
 * @param {{url: string, fields: Record<string, string>}} signed
 * @param {File} file
 * @param {(share: number) => void} onProgress from 0 to 1
 * @returns {Promise<void>} rejects with an Error whose message is a sentence
 */
export function sendFile({ url, fields }, file, onProgress) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // Last: S3 does not read what follows the file.
  form.append("file", file);
  // fetch() says nothing of how much has been sent.
  const request = new XMLHttpRequest();
  return new Promise((settle, fail) => {
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? settle() : fail(new Error(refusal(request))));
    request.onerror = () => fail(new Error(UNREACHED));
    request.open("POST", url);
    request.send(form);
  });
}

const UNREACHED =
  "The bucket could not be reached, or it does not allow this page's address: the connection may be down, or the " +
  "deployment older than the page (`darkroom doctor` says which). Try again.";

function refusal({ status, responseText }) {
  const answer = new DOMParser().parseFromString(responseText, "application/xml");
  const code = answer.querySelector("Code")?.textContent ?? "";
  const said = answer.querySelector("Message")?.textContent ?? `it answered ${status}`;
  return Object.hasOwn(REASONS, code) ? REASONS[code] : `The bucket refused it: ${said}`;
}
