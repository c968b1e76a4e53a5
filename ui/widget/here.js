// Anybody may show this empty page: it tells a site that is not on the list from a server that does not answer.
parent.postMessage({ qaBot: "here" }, "*");
