"""How a photo's page looks: light and dark, on a desk and on a phone, on paper too."""

STYLE = """\
:root{color-scheme:light dark;--text:#1f2328;--dim:#57606a;--line:#d0d7de;--paper:#fff;--band:#f6f8fa;--link:#0969da;
--good:#1a7f37;--bad:#cf222e;--busy:#9a6700}
@media(prefers-color-scheme:dark){:root{--text:#e6edf3;--dim:#9198a1;--line:#3d444d;--paper:#0d1117;--band:#151b23;
--link:#58a6ff;--good:#3fb950;--bad:#ff7b72;--busy:#e3b341}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--paper);max-width:78rem;margin:0 auto;
padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:2rem 0 .5rem}
p{margin:.4rem 0;overflow-wrap:anywhere}a{color:var(--link)}
.status{font-size:.8rem;vertical-align:.25em;padding:.15rem .6rem;border-radius:1rem;border:1px solid;
white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}.busy{color:var(--busy)}.dim{color:var(--dim)}
.advice{border-left:4px solid var(--busy);background:var(--band);padding:.5rem .8rem}
.sides{display:grid;gap:1rem 2rem;align-items:start}
.sides>*{min-width:0}.drawing{overflow-x:auto}.drawing svg{max-width:100%;height:auto;display:block}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem}
figure{margin:0}figure img{width:100%;height:auto;display:block;border-radius:6px;background:var(--band)}
figcaption{color:var(--dim);font-size:.9rem}
.none{border:1px dashed var(--line);border-radius:6px;padding:1rem;color:var(--dim);overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
td,th{text-align:left;padding:.35rem .9rem .35rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:normal}.number{text-align:right;white-space:nowrap}
td.what{overflow-wrap:anywhere;width:100%}
.demand{display:flex;flex-wrap:wrap;gap:0 1.2rem}.demand details[open]{flex-basis:100%;min-width:0}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem;margin:.5rem 0}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
pre{overflow:auto;max-height:30rem;background:var(--band);padding:.7rem;border-radius:6px;font-size:13px;
white-space:pre-wrap;overflow-wrap:anywhere}
code{font-size:.9em;overflow-wrap:anywhere}summary{cursor:pointer;color:var(--link)}
footer{margin-top:3rem;color:var(--dim);font-size:.9rem}
@media(min-width:64rem){.sides{grid-template-columns:31rem minmax(0,1fr)}}
@media(max-width:40rem){body{padding:1rem .75rem 3rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}
tr{display:grid;grid-template-columns:minmax(0,1fr) 4.5rem 4.5rem;border-bottom:1px solid var(--line)}
td,th{padding-right:0;border:0}td.what,td[colspan]{grid-column:1/-1;padding-top:0}th:last-child{display:none}}
@media print{details{display:none}}
"""
