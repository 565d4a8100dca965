namespace Platform.Inventory.Report;

/// <summary>The report's style and the few lines of script that sort, filter and switch. The page loads nothing from anywhere.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root{--bg:#f6f8fb;--card:#fff;--ink:#182433;--soft:#667382;--line:#e1e7ee;--blue:#066fd1;--green:#2a8a2e;--amber:#b45309;--red:#c2282d;--violet:#7c3aed;--shade:#f1f5f9;color-scheme:light}
        :root[data-theme=dark]{--bg:#111a27;--card:#182433;--ink:#e5ebf2;--soft:#9aa8b8;--line:#2a3a4f;--blue:#6cb2f7;--green:#74c978;--amber:#f0b357;--red:#f58b8b;--violet:#b79cf5;--shade:#1f2d3f;color-scheme:dark}
        *{box-sizing:border-box}html{scroll-behavior:smooth}
        body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 Inter,"Inter Var",-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;font-feature-settings:"cv11","tnum"}
        html[lang=en] .zh,html[lang=zh] .en{display:none}
        main,header.top{max-width:1180px;margin:0 auto;padding:0 24px}
        header.top{padding-top:32px;display:flex;gap:16px;align-items:flex-start;justify-content:space-between}header.top>div:first-child{min-width:0}@media(max-width:640px){header.top{flex-wrap:wrap}}
        h1{font-size:26px;line-height:1.25;margin:0 0 4px;letter-spacing:-.01em}h2{font-size:18px;margin:0 0 2px}h3{font-size:15px;margin:18px 0 0}h2 .count,h3 .count{color:var(--soft);font-weight:500}
        p{margin:0 0 10px}.lead{color:var(--soft)}.lead b{color:var(--ink);font-weight:600}
        .tools{display:flex;gap:8px;flex:none}button{font:inherit;font-size:13px;padding:6px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);cursor:pointer}button:hover{border-color:var(--blue)}button:focus-visible,input:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:12px;margin:22px 0}
        .tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px;text-decoration:none;color:inherit;display:block}a.tile:hover{border-color:var(--blue)}
        .tile .n{font-size:26px;white-space:nowrap;font-weight:650;letter-spacing:-.02em;line-height:1.2}.tile .l{color:var(--soft);font-size:13px}.tile.warn .n{color:var(--amber)}.tile.bad .n{color:var(--red)}.tile.ok .n{color:var(--green)}.tile.people .n{color:var(--violet)}
        section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px 22px;margin:0 0 18px}
        .scroll{overflow-x:auto;margin:10px -22px -6px;padding:0 22px 6px}
        table{border-collapse:collapse;width:100%;font-size:13.5px}th{color:var(--soft);font-weight:600;text-align:left;font-size:12px;border-bottom:1px solid var(--line);padding:6px 10px 6px 0;white-space:nowrap}
        td{border-bottom:1px solid var(--line);padding:7px 10px 7px 0;vertical-align:top}tr:last-child td{border-bottom:0}td.num,th.num{text-align:right;font-variant-numeric:tabular-nums}
        th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid var(--blue)}
        code,.mono{font-family:ui-monospace,"JetBrains Mono",Menlo,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}td code{min-width:14ch}@media(max-width:900px){td>code{overflow-wrap:normal;white-space:nowrap}}@media(max-width:480px){.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}}
        .tag{display:inline-block;border-radius:999px;padding:1px 9px;font-size:12px;font-weight:550;background:var(--shade);color:var(--soft);white-space:nowrap;margin:0 4px 2px 0}
        .tag.red{color:var(--red)}.tag.amber{color:var(--amber)}.tag.green{color:var(--green)}.tag.blue{color:var(--blue)}.tag.violet{color:var(--violet)}
        .soft{color:var(--soft)}.none{color:var(--soft);padding:6px 0}ul{margin:6px 0 0;padding-left:20px}li{margin:3px 0}
        details{margin-top:8px}summary{cursor:pointer;color:var(--blue);font-size:13.5px}
        a{color:var(--blue)}.findings{margin:14px 0 0;padding:0;list-style:none;counter-reset:f}
        .findings li{counter-increment:f;position:relative;padding:11px 0 11px 42px;margin:0;border-top:1px solid var(--line)}.findings li:first-child{border-top:0}
        .findings li:before{content:counter(f);position:absolute;left:0;top:12px;width:26px;height:26px;border-radius:50%;background:var(--shade);color:var(--soft);font-size:12.5px;font-weight:600;display:grid;place-items:center}
        .findings .what{font-size:15.5px;line-height:1.45;text-wrap:pretty}.findings .why{color:var(--soft);font-size:13px;overflow-wrap:anywhere}.findings .why a{color:inherit;text-underline-offset:2px}.findings .why a:hover{color:var(--blue)}
        .covers{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:22px;margin-top:12px}.cover .n{font-size:22px;white-space:nowrap;font-weight:650;letter-spacing:-.02em;line-height:1.2}.cover .l{color:var(--soft);font-size:13px}
        .cover .s{color:var(--soft);font-size:12.5px;display:flex;justify-content:space-between;align-items:center;color:var(--soft)}.cover svg{color:var(--blue)}.meter{height:6px;border-radius:3px;background:var(--shade);overflow:hidden;margin:7px 0 5px}.meter i{display:block;height:100%;border-radius:3px;background:var(--blue)}
        .names{columns:2 320px;column-gap:32px}.names li{break-inside:avoid}
        input[type=search]{font:inherit;font-size:13.5px;width:min(340px,100%);padding:7px 11px;border:1px solid var(--line);border-radius:8px;background:var(--bg);color:var(--ink);margin-top:8px}
        .bar{display:inline-block;width:64px;height:6px;border-radius:3px;background:var(--shade);vertical-align:middle;margin-right:6px;overflow:hidden}.bar i{display:block;height:100%;background:var(--blue)}
        footer{max-width:1180px;margin:0 auto;padding:4px 24px 40px;color:var(--soft);font-size:12.5px}
        @media print{:root,:root[data-theme=dark]{--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;--shade:#eee}.tools,input[type=search]{display:none}section{break-inside:auto;border:0;padding:0;margin-bottom:20px}tr{break-inside:avoid}body{font-size:11px}.scroll{overflow:visible}details>*{display:block!important}}
        """;

    public const string Script = """
        (function(){
          var root=document.documentElement,store=null;try{store=window.localStorage}catch(e){}
          function get(k){try{return store&&store.getItem(k)}catch(e){return null}}
          function set(k,v){try{store&&store.setItem(k,v)}catch(e){}}
          root.lang=get("report-lang")||(/^zh/.test(navigator.language)?"zh":"en");
          root.dataset.theme=get("report-theme")||(matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light");
          document.getElementById("lang").onclick=function(){root.lang=root.lang==="zh"?"en":"zh";set("report-lang",root.lang)};
          document.getElementById("theme").onclick=function(){root.dataset.theme=root.dataset.theme==="dark"?"light":"dark";set("report-theme",root.dataset.theme)};
          var filter=document.getElementById("filter");
          if(filter)filter.oninput=function(){var q=filter.value.toLowerCase();document.querySelectorAll("#assets tbody tr").forEach(function(r){r.hidden=q&&r.textContent.toLowerCase().indexOf(q)<0})};
          document.querySelectorAll("th button").forEach(function(b){b.onclick=function(){
            var th=b.parentNode,i=Array.prototype.indexOf.call(th.parentNode.children,th),body=th.closest("table").tBodies[0],up=th.getAttribute("aria-sort")!=="ascending";
            th.parentNode.querySelectorAll("th").forEach(function(t){t.removeAttribute("aria-sort")});th.setAttribute("aria-sort",up?"ascending":"descending");
            Array.prototype.slice.call(body.rows).sort(function(a,c){var x=a.cells[i].dataset.v||a.cells[i].textContent,y=c.cells[i].dataset.v||c.cells[i].textContent,n=x-y;return(isNaN(n)?x.localeCompare(y):n)*(up?1:-1)}).forEach(function(r){body.appendChild(r)})}});
        })();
        """;
}
