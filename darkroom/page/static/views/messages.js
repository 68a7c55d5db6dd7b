import { getJson } from "../api.js";
import { Icon } from "../components/icons.js";
import { Empty, Failure, Waiting } from "../components/notices.js";
import { useAnswer } from "../loading.js";
import { usePolling } from "../polling.js";
import { html } from "../ui.js";
import { moment } from "../words.js";

const EVERY_MS = 5000;

/** What `make local` would have sent: e-mails as cards, SMS as bubbles. */
export function Messages({ deployment }) {
  const { answer, error, reload } = useAnswer(() => getJson("messages"), "messages");
  usePolling(reload, EVERY_MS, deployment.has_messages);
  return html`
    <div class="head">
      <h1 tabindex="-1">Messages</h1>
      <p class="lead">What subscribers would have received. On this machine, nothing is really sent.</p>
    </div>
    ${error && !answer ? html`<${Failure} error=${error} retry=${reload} />` : null}
    ${!error && !answer ? html`<${Waiting}>Reading the messages …<//>` : null}
    ${answer ? html`<${Inbox} messages=${answer.messages} />` : null}
  `;
}

function Inbox({ messages }) {
  if (messages.length === 0) {
    return html`<${Empty} title="No messages yet"><p>One comes for each photo that is done or has failed.</p><//>`;
  }
  return html`
    <ol class="inbox" reversed>
      ${messages.map((message) => html`<li key=${message.number}><${Message} ...${message} /></li>`)}
    </ol>
  `;
}

function Message({ kind, to, subject, at, text }) {
  const isMail = kind === "email";
  const label = isMail ? "E-mail" : "SMS";
  return html`
    <article class="message ${isMail ? "mail" : "sms"}">
      <header>
        <${Icon} name=${isMail ? "mail" : "phone"} />
        <p>${label} to ${to} <time datetime=${at}>${moment(at)}</time></p>
      </header>
      ${isMail ? html`<h2>${subject}</h2>` : null}
      <p class="text">${text}</p>
    </article>
  `;
}
