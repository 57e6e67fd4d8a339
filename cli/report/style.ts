// The style sheet of a report: one typeface, four sizes, colours that mean something. Dark is drawn for dark; print is light.

/** What plots need; a picture that stands alone takes it too. */
export const PLOT_STYLE = `
svg{font:11px var(--type);font-variant-numeric:tabular-nums;overflow:visible}
text{fill:var(--quiet)}
text.name,text.value{fill:var(--ink)}
.ground{fill:var(--card)}
.grid,.axis,.aim,.whisker,.line{fill:none}
.grid{stroke:var(--grid)}.axis{stroke:var(--axis)}
.band{fill:var(--band)}
.aim{stroke:var(--ink);stroke-width:1.5}
.whisker{stroke:var(--axis);stroke-width:6;stroke-opacity:.35}
.target{fill:var(--card);stroke:var(--ink);stroke-width:1.5}
.line{stroke-width:2;stroke-linejoin:round}
.line.thin{stroke-width:1}
.line.even{stroke:var(--axis);stroke-dasharray:2 3;stroke-width:1}
.line.s0{stroke:var(--this)}
.line.s1{stroke:var(--other);stroke-dasharray:5 3}
.bar.s0{fill:var(--this)}.bar.s0.off{fill:var(--off)}
.bar.s1{fill:var(--other-pale);stroke:var(--other);stroke-dasharray:3 2}
.bar.s1.off{stroke:var(--off);fill:var(--off-pale)}
.steps.s0{fill:var(--this-pale);stroke:var(--this)}
.steps.s1{fill:none;stroke:var(--other);stroke-width:1.5;stroke-dasharray:4 2}
.point.s0{fill:var(--this)}.point.s0.off{fill:var(--off)}
.point.s1{fill:var(--card);stroke:var(--other);stroke-width:2}.point.s1.off{stroke:var(--off)}
.life{fill:var(--this);stroke:var(--this)}
.life.rare{fill:var(--quiet);stroke:var(--quiet)}
.life.instant{opacity:.45}
.life.hollow{fill:var(--card)}
`

const LIGHT = `--ground:#f6f8fa;--card:#fff;--ink:#1c2430;--quiet:#5b6675;--border:#dde3ea;--grid:#e9edf2;--axis:#8592a2;--band:#dfe7ee;
--this:#2457d6;--this-pale:#cfdcf8;--other:#8a5fbf;--other-pale:#f1ebf8;--off:#d55e00;--off-ink:#b04d00;--off-pale:#fbe6d8;--good:#2457d6;
--f0:#f1f4f7;--f1:#e1e9f8;--f2:#cbdaf6;--f3:#b1c7f2;--f4:#94b1ed;--f5:#769be8;--f6:#5984e2;--f7:#3f6fdc;--f8:#2457d6;--f9:#1a429f;
--m3:#3f7fb5;--m2:#86aed0;--m1:#c9dbe9;--p0:#f2f3f5;--p1:#f6d9c5;--p2:#e89a63;--p3:#d55e00;--on-strong:#fff;--holiday:#1c2430`
const DARK = `--ground:#12161c;--card:#1a2028;--ink:#e8edf3;--quiet:#9aa6b5;--border:#2c3541;--grid:#27303a;--axis:#6f7b8a;--band:#323d4a;
--this:#6f9bff;--this-pale:#2b4478;--other:#b795e6;--other-pale:#2f2840;--off:#ff8a3d;--off-ink:#ff9a57;--off-pale:#4a2d18;--good:#6f9bff;
--f0:#20272f;--f1:#202d47;--f2:#233862;--f3:#28457d;--f4:#2f5498;--f5:#3a65b4;--f6:#4a78d0;--f7:#5f8de8;--f8:#7fa6f7;--f9:#b4cbff;
--m3:#4b8fc8;--m2:#3a6a92;--m1:#2d4256;--p0:#252c35;--p1:#553a28;--p2:#9a5a2a;--p3:#ff8a3d;--on-strong:#10151b;--holiday:#e8edf3`

/** Both sets of colours, for a picture that stands alone. */
export const COLOURS = `:root{--type:Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}`

const FIELDS = Array.from({ length: 10 }, (_, shade) => `.f${shade}{fill:var(--f${shade})}`).join('')
const TOWARDS = ['m3', 'm2', 'm1', 'm0', 'p0', 'p1', 'p2', 'p3']
  .map(
    (step) =>
      `.d${step}{fill:var(--${step === 'm0' ? 'p0' : step})}.on-d${step}{fill:var(--${/[mp]3/.test(step) ? 'on-strong' : 'ink'})}`,
  )
  .join('')

export const STYLE = `${COLOURS}
@media print{:root{${LIGHT};--ground:#fff}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:13px/1.45 var(--type);font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
h1,h2,h3,p,figure,ol{margin:0;padding:0}
h1{font-size:13px}h2{font-size:19px;font-weight:600}h3{font-size:13px;font-weight:600}
a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}
a:focus-visible{outline:2px solid var(--this);outline-offset:2px}
.quiet,.basis{color:var(--quiet);font-size:11px}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
header{position:sticky;top:0;z-index:1;display:flex;gap:8px 16px;align-items:center;flex-wrap:wrap;padding:10px 24px;background:var(--card);border-bottom:1px solid var(--border)}
.what{color:var(--quiet)}
.legend{display:flex;gap:4px 16px;margin-left:auto;flex-wrap:wrap;align-items:center;font-size:11px}
.legend>span{display:inline-flex;align-items:center}
.key{display:inline-flex;gap:6px;align-items:center}.key svg{width:140px;height:10px}
.mark{display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:3px;background:var(--this);vertical-align:-1px;flex:none}
.mark.s1{background:var(--other-pale);border:1.5px dashed var(--other)}
.mark.aim{background:var(--band);border-radius:0;border-top:2px solid var(--ink);height:10px}
.card{background:var(--card);border:1px solid var(--border);border-radius:8px;padding:16px}
.glance,.topic-section,footer{max-width:1600px;margin:16px auto;padding:0 24px}
.glance{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:16px;align-items:start}
.told{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:16px}
.told.alone{grid-template-columns:1fr}
.differences{grid-column:1/-1}
.signatures{display:grid;gap:16px;grid-template-columns:1fr}
.verdict h2{font-size:13px}
.big{font-size:28px;font-weight:600;line-height:1.25}
.looks-fake .big{color:var(--off-ink)}.looks-real .big{color:var(--good)}
.verdict p{margin-top:2px}
.board{display:flex;flex-wrap:wrap;gap:8px 16px;margin:12px 0}
.topic{display:grid;gap:3px;font-size:11px;color:var(--quiet)}
.topic>span{display:flex;gap:2px;flex-wrap:wrap}
.field{display:grid;place-items:center;width:14px;height:14px;border-radius:3px;font:600 11px/1 var(--type);text-decoration:none!important}
.field.on{background:var(--this)}.field.off{background:var(--off);color:var(--on-strong)}.field.untold{border:1px solid var(--axis)}
strong.off{color:var(--off-ink);font-weight:600}
.differences ol{list-style:none;margin-top:8px}
.differences li a{display:grid;grid-template-columns:minmax(0,1fr) 160px;gap:16px;align-items:center;padding:6px 0;border-top:1px solid var(--grid)}
.differences svg,.gauge svg{width:160px;height:18px;display:block}
.differences b{font-weight:600}
.topic-section h2{margin:32px 0 12px}
.topic-section,tbody{scroll-margin-top:56px}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:16px}
.lone{display:grid;grid-template-columns:minmax(0,440px) minmax(0,1fr);column-gap:16px;align-items:start}.lone h2{grid-column:1/-1}.lone .rows{margin-top:0}
.panel .quiet{min-height:2.6em;max-width:72em}
.panel.broad{grid-column:1/-1}.panel.broad .quiet{min-height:0}
figure{margin-top:8px}figure>svg{display:block;width:100%;height:auto;max-width:520px}
figcaption{font-size:11px;margin-bottom:4px}
.beside{display:flex;flex-wrap:wrap;gap:8px 32px}.beside figure{flex:1 1 320px}
.signatures figure>svg{max-width:440px}.signatures .quiet{min-height:0}
.months{display:flex;flex-wrap:wrap;gap:12px 18px}.months svg{width:98px;height:103px}
.lives{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,240px),1fr));gap:16px}.lives svg{width:100%}
.rows{margin-top:16px;padding:8px 16px}
table{border-collapse:collapse;width:100%}
th{font-size:11px;font-weight:400;color:var(--quiet);text-align:left;padding:6px 8px;vertical-align:bottom}
td{padding:3px 8px;vertical-align:top}
tbody{border-top:1px solid var(--grid)}
tbody tr:first-child td{padding-top:8px}
tbody:target{outline:2px solid var(--this);outline-offset:-2px}
.number{text-align:right;white-space:nowrap}th.number{max-width:180px;overflow:hidden;text-overflow:ellipsis}
td.row{color:var(--quiet);width:64px;white-space:nowrap}.gauge{width:176px}.target,.none{color:var(--quiet)}
.part{color:var(--quiet)}.quantity+.part:not(:empty)::before{content:"· "}
.basis td{padding:0 8px 8px}
footer{color:var(--quiet);font-size:11px;padding-bottom:32px}
.holiday{stroke:var(--holiday);stroke-width:1.5}
${FIELDS}${TOWARDS}${PLOT_STYLE}
@media (max-width:1000px){.glance,.lone{grid-template-columns:minmax(0,1fr)}.lone .rows{margin-top:16px}}
@media (max-width:640px){
header,.glance,.topic-section,footer{padding-left:12px;padding-right:12px}
header{position:static}.legend{margin-left:0}
.card{padding:12px}.panels{gap:12px}
figure>svg text{font-size:13px}.lives{grid-template-columns:1fr 1fr}.lives svg text{font-size:18px}.lives svg .tick{display:none}
.differences li a{grid-template-columns:1fr;gap:2px}
table,tbody,tr,td{display:block}thead{display:none}
tr{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:center}td,tbody tr:first-child td{padding:2px 0}
td:nth-child(2){flex:1 1 calc(100% - 76px)}tr.more td.row{display:none}tr.more td:nth-child(2){flex-basis:100%}
td.row{width:auto}td.gauge{width:100px;margin-left:auto}.gauge svg{width:100px}
td.number::before{color:var(--quiet);font-size:11px}td.target::before{content:"target "}
.basis td:first-child{display:none}
}
@media print{
header{position:static}.panels{grid-template-columns:1fr 1fr}.card,tbody,figure{break-inside:avoid}.glance{display:block}.glance .card{margin-bottom:12px}
body{font-size:11px}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}`
