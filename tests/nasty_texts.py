"""What strangers may write into keys, metadata and errors, for whatever shows it: pages, drawings, terminals."""

NASTY_TEXTS = (
    '<img src=x onerror="alert(1)">.jpg',
    "</pre></details></title></style><script>alert(1)</script>",
    "]]><svg onload=alert(1)><!-- ",
    "&lt;b&gt; is shown as it is typed &#60;",
    "'\" onmouseover='alert(1)' style=\"display:none",
    "[red]no markup[/] [link=https://example.com]nor a link[/link]",
    "\x1b[2J\x1b]0;title\x07\x9b31m",
    "two\nlines\r\twith a tab\x00",
    "right\u202eto\u2066left\u200bunseen\u2028",
    "half a pair \ud800",
    "javascript:alert(1)",
)
