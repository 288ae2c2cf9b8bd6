extension Page {
  /// How pages look: in the colours of the reader's system, from 360 pixels on, and on paper.
  static let style = colours + layout + parts + tables + plots + small + print

  private static let colours = """
    :root{--ground:#f7f7f5;--card:#fff;--text:#1a1c1f;--faint:#5b6068;--rule:#e3e4e6;--accent:#1a62bb;\
    --wash:#eaf2fc;--warn:#8a5200;--warn-wash:#fdf3e2;--track:#e8e9eb;--unit:#c3c8cf;--ribbon:#eceef1}
    @media screen and (prefers-color-scheme:dark){:root{--ground:#121316;--card:#1a1c20;--text:#e6e8eb;\
    --faint:#a0a5ad;--rule:#30343a;--accent:#6cadf7;--wash:#172538;--warn:#f0b35e;--warn-wash:#2c2214;\
    --track:#2c3036;--unit:#59616b;--ribbon:#25282d}}
    """

  private static let layout = """
    *{box-sizing:border-box}[hidden],.hidden{display:none}.hidden{display:block;position:absolute}
    body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,\
    'Segoe UI',Roboto,'DejaVu Sans',sans-serif;-webkit-text-size-adjust:100%}
    main{max-width:1040px;margin:0 auto;padding:32px 24px 48px}
    h1,h2,h3,p,ul,ol,figure,dl,dd{margin:0;padding:0}
    h1{font-size:15px;font-weight:600;overflow-wrap:anywhere}
    h2{font-size:20px;line-height:1.3;font-weight:650;letter-spacing:-.01em}
    h3{font-size:15px;font-weight:650;line-height:1.35;overflow-wrap:anywhere}
    section{margin-top:40px}section>h2{margin-bottom:12px}
    .lead{color:var(--faint);max-width:76ch;margin:-8px 0 16px}
    .faint{color:var(--faint)}code,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,\
    'DejaVu Sans Mono',monospace;font-size:.92em}
    """

  private static let parts = """
    .masthead{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;margin-bottom:16px}
    .brand{font-weight:600;color:var(--faint);font-size:14px}
    .facts{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;color:var(--faint);font-size:14px;\
    width:100%;overflow-wrap:anywhere}
    .verdict{background:var(--card);border:1px solid var(--rule);border-radius:14px;padding:26px 28px}
    .kind{display:inline-block;font-size:13px;font-weight:650;color:var(--accent);background:var(--wash);\
    border-radius:99px;padding:3px 12px;margin-bottom:12px}
    .verdict h2{font-size:30px;line-height:1.2;font-weight:680;letter-spacing:-.02em;overflow-wrap:anywhere}
    .verdict>p{margin-top:16px;max-width:72ch;color:var(--faint);overflow-wrap:anywhere}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:20px;margin-top:22px}
    .figures dt{font-size:13px;color:var(--faint)}
    .figures dd{font-size:25px;font-weight:650;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
    .figures .note{font-size:13px;font-weight:400;letter-spacing:0;color:var(--faint);display:block}
    .command{display:flex;gap:12px;align-items:flex-start;margin-top:22px;background:var(--ground);\
    border:1px solid var(--rule);border-radius:10px;padding:12px 12px 12px 16px}
    .command code{flex:1;min-width:0;white-space:pre-wrap;overflow-wrap:anywhere;padding-top:4px}
    button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer}
    .copy,.save{font-size:14px;font-weight:600;color:var(--accent);background:var(--card);\
    border:1px solid var(--rule);border-radius:8px;padding:5px 14px;white-space:nowrap}
    .copy:hover,.save:hover{border-color:var(--accent)}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
    .term{display:inline-flex;align-items:center;justify-content:center;width:24px;height:24px;margin:-6px 0;\
    font-size:11px;font-weight:700;color:var(--faint);vertical-align:middle}
    .term span{border:1px solid currentColor;border-radius:50%;width:16px;height:16px;line-height:14px;text-align:center}
    .term:hover{color:var(--accent)}
    [popover]{position:fixed;inset:0;margin:auto;width:min(360px,calc(100vw - 32px));height:fit-content;\
    background:var(--card);color:var(--text);border:1px solid var(--rule);border-radius:10px;padding:14px 16px;\
    font-size:14px;line-height:1.5;box-shadow:0 8px 30px #0003}[popover] b{display:block;margin-bottom:2px}
    .remarks{list-style:none;margin-top:14px}
    .remark{color:var(--warn);font-size:13px;line-height:1.4;font-weight:400;white-space:normal}
    .remarks .remark{background:var(--warn-wash);border-radius:8px;padding:8px 12px;margin-top:6px;font-size:14px;\
    overflow-wrap:anywhere}
    footer{margin-top:44px;padding-top:18px;border-top:1px solid var(--rule);display:flex;flex-wrap:wrap;\
    gap:10px 18px;align-items:center;justify-content:space-between;color:var(--faint);font-size:14px}
    """

  private static let tables = """
    .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:12px}
    table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14.5px}
    th,td{padding:9px 9px;text-align:right;border-bottom:1px solid var(--rule);vertical-align:top;white-space:nowrap}
    tbody tr:last-child>*{border-bottom:0}
    thead th{white-space:normal;font-size:13px;font-weight:600;color:var(--faint);vertical-align:bottom}
    th:first-child,td.text,th.text{text-align:left}tbody th{font-weight:600;min-width:11em;max-width:20em;\
    white-space:normal;overflow-wrap:anywhere}
    tr.marked>*{background:var(--wash)}tr.marked>th:first-child{box-shadow:inset 3px 0 var(--accent)}
    .sort{font-weight:600;white-space:nowrap}.sort:hover{color:var(--text)}
    .sort::after{content:'';display:inline-block;width:.8em}
    [aria-sort=ascending] .sort::after{content:'↑'}[aria-sort=descending] .sort::after{content:'↓'}
    [aria-sort] .sort{color:var(--text)}
    .gauge{width:44px;height:8px;margin-left:8px;vertical-align:middle}
    tbody th details{display:inline-block;margin-left:8px;vertical-align:top}tbody th details>summary{padding:0}.strong{font-weight:650}.plus{color:var(--accent);font-weight:650}
    """

  private static let plots = """
    .grid2{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:16px}
    figure{background:var(--card);border:1px solid var(--rule);border-radius:12px;padding:18px 20px 12px;min-width:0}
    figcaption p{font-size:14px;color:var(--faint);margin-top:2px;overflow-wrap:anywhere}
    .plot{display:block;width:100%;max-width:560px;height:auto;margin:12px auto 6px}
    .plot text{font-size:11.5px;fill:var(--text)}.plot .faint{fill:var(--faint);font-size:11px}
    .plot .grid{stroke:var(--rule);stroke-width:.8;opacity:1}.plot .frame{stroke:var(--faint);stroke-width:.8}
    .plot .marker{stroke:var(--faint)}.plot .error{fill:none;stroke-width:1.2}.plot>.error{stroke:var(--text)}
    .plot .point{stroke:var(--card)}.track{fill:var(--track)}
    .bblue{fill:var(--accent)!important}.blue{stroke:var(--accent)!important}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;color:var(--faint);margin-top:8px}
    .legend li{display:flex;align-items:center;gap:6px}.legend svg{width:18px;height:8px;flex:none}
    details>summary{cursor:pointer;font-size:13px;color:var(--faint);padding:5px 0}
    details>summary:hover{color:var(--text)}
    figure details table{font-size:13px}figure details td,figure details th{padding:4px 8px}
    .more{margin-top:16px}.more>summary{font-size:15px;font-weight:600;color:var(--text);padding:6px 0}
    .more>.grid2{margin-top:10px}
    .chain{list-style:none;display:grid;grid-template-columns:repeat(auto-fit,minmax(84px,1fr));row-gap:18px;background:var(--card);\
    border:1px solid var(--rule);border-radius:12px;padding:20px}
    .chain li{text-align:center;font-size:13px;line-height:1.3;min-width:0;position:relative}.chain svg{display:block;height:124px;width:100%;overflow:visible}
    .chain b{display:block;font-size:15px;font-variant-numeric:tabular-nums;margin-top:4px}
    .chain span{display:block;color:var(--faint);overflow-wrap:anywhere;padding:0 4px}.chain .plus{display:inline;color:var(--accent);padding:0}
    .chain .dead-text{color:var(--warn)}.chain .marked>span:first-of-type{color:var(--text);font-weight:600}
    .chain.dense{grid-template-columns:repeat(auto-fit,minmax(18px,1fr))}
    .chain.dense li>:not(svg){position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
    .chain .unit{fill:var(--unit)}.chain .unit.marked{fill:var(--accent)}.chain .ribbon{fill:var(--ribbon)}
    .chain .grown{fill:var(--wash);stroke:var(--accent);stroke-width:1.2;stroke-dasharray:3 2.5}
    .chain .dead{fill:url(#hatch)}.hatch-ground{fill:var(--unit)}.hatch-line{fill:var(--warn)}
    """

  private static let small = """
    @media (max-width:600px){main{padding:20px 14px 36px}.verdict{padding:20px 18px}.verdict h2{font-size:24px}\
    figure{padding:14px 12px 8px}.command{flex-direction:column}.chain{padding:14px 8px;grid-template-columns:repeat(auto-fit,minmax(70px,1fr))}\
    .figures{grid-template-columns:1fr 1fr}.figures dd{font-size:21px}section{margin-top:30px}\
    [popover]{inset:auto 0 12px}.plot text{font-size:13.5px}.plot .faint{font-size:13px}}
    """

  private static let print = """
    @media print{:root{--ground:#fff}body{font-size:11px}main{max-width:none;padding:0}.copy,.save,.term,\
    figure details,.more{display:none!important}section{margin-top:14px}h2{font-size:14px;break-after:avoid}\
    .verdict{padding:12px 14px}.verdict h2{font-size:18px}.figures{margin-top:8px}.figures dd{font-size:15px}\
    figure,.verdict,tr{break-inside:avoid}.grid2{grid-template-columns:1fr 1fr;gap:8px}figure{padding:8px 10px}\
    table{font-size:10px}th,td{padding:2px 6px;white-space:normal}.gauge{display:none}.lead{margin-bottom:6px}.scroll{overflow:visible}\
    .plot{max-width:300px;margin:4px auto}.chain{padding:8px}.chain svg{height:90px}.command{margin-top:8px;padding:6px 10px}\
    footer{margin-top:12px;padding-top:6px}.remark,.facts,.lead,.brand,figcaption p,.legend{font-size:10px}h3{font-size:12px}}
    """
}
