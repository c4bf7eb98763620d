/* pages.js - run by test_pages.sh in a browser: looks at each page in a frame. */
'use strict';
var told = [], frame = document.createElement('iframe');
document.body.append(frame);

function fail(words) { told.push('FAILED: ' + words); }

function load(url, width) {
	return new Promise(function (done) {
		frame.style.width = width + 'px';
		frame.style.height = '800px';
		/* First an empty page, so that a link within the page loads it anew. */
		frame.onload = function () {
			frame.onload = function () {
				setTimeout(function () { done(frame.contentDocument); }, 50);
			};
			frame.src = url;
		};
		frame.src = 'about:blank';
	});
}

function key(doc, name) {
	doc.dispatchEvent(new doc.defaultView.KeyboardEvent('keydown', { key: name, bubbles: true }));
}

function wait(ms) { return new Promise(function (done) { setTimeout(done, ms); }); }

/* Nothing wider than the screen, but for what scrolls in itself. */
async function widths() {
	for (var i = 0; i < window.PAGES.length; i++) {
		var url = window.PAGES[i], doc = await load(url, 360);
		var over = doc.documentElement.scrollWidth - 360;
		if (over > 0) fail(url.replace(/.*\//, '') + ' is ' + over + ' pixels too wide for a phone');
		if (!doc.title) fail(url + ' has no title');
		doc.querySelectorAll('svg[role=img]').forEach(function (s) {
			if (!s.querySelector('title') || !s.querySelector('desc')) fail(url + ': a figure without words');
		});
	}
}

/* Red, green, blue, and how much of it covers what is below. */
function channels(color) {
	var c = color.match(/[\d.]+/g).map(Number);
	return c.length < 4 ? c.concat(1) : c;
}

function brightness(c) {
	return [0.2126, 0.7152, 0.0722].reduce(function (sum, weight, i) {
		var v = c[i] / 255;
		return sum + weight * (v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
	}, 0.05);
}

function background(style, e) {
	for (; e; e = e.parentElement) {
		var c = channels(style(e).backgroundColor);
		if (c[3]) return c;
	}
	return [255, 255, 255, 1];
}

/* WCAG 1.4.3: letters and what is behind them, 4.5 to 1. */
async function contrasts(base) {
	for (var page of ['03-entry-exit', 'app-course', 'step', 'index']) {
		var doc = await load(base + page + '.html', 1000), style = doc.defaultView.getComputedStyle;
		for (var theme of ['light', 'dark']) {
			doc.documentElement.dataset.theme = theme;
			var texts = doc.createTreeWalker(doc.body, 4), faint = {};
			while (texts.nextNode()) {
				var e = texts.currentNode.parentElement;
				if (!texts.currentNode.data.trim() || e.closest('script, svg') || !e.getClientRects().length) continue;
				var a = brightness(channels(style(e).color)), b = brightness(background(style, e));
				if (Math.max(a, b) / Math.min(a, b) < 4.5 || style(e).opacity < 1) faint[e.tagName + '.' + e.className] = 1;
			}
			Object.keys(faint).forEach(function (k) { fail(page + ', ' + theme + ': ' + k + ' is hard to read'); });
		}
	}
}

async function searching(base) {
	var doc = await load(base + 'index.html', 1000), q = doc.getElementById('q');
	q.value = 'vmresume launch';
	q.dispatchEvent(new doc.defaultView.Event('input'));
	await wait(500);
	if (doc.querySelectorAll('#hits a').length < 2) fail('the search finds nothing');
	q.value = 'qqqqzzzz';
	q.dispatchEvent(new doc.defaultView.Event('input'));
	await wait(100);
	if (doc.querySelectorAll('#hits a').length) fail('the search finds what is not there');
	/* What a student types, and the page that answers. */
	var asked = { VMLAUNCH: '02-vmcs', 'why HOST_RSP': '03-entry-exit', E2H: '04-el2-vhe', 'error 7': 'app-failures',
		'exit reason 48': 'app-tables', canary: '03-entry-exit', 'What is a VMCS': '02-vmcs', 'how do I exit': '05-exits',
		'triple fault': '03-entry-exit', VPID: '05-smp' };
	for (var query in asked) {
		q.value = query;
		q.dispatchEvent(new doc.defaultView.Event('input'));
		await wait(20);
		var first = doc.querySelector('#hits a');
		if (!first || first.href.indexOf('/' + asked[query] + '.html') < 0)
			fail('who asks "' + query + '" is led to ' + (first && first.href));
	}
	var theme = doc.documentElement.dataset.theme;
	doc.getElementById('theme').click();
	if (doc.documentElement.dataset.theme === theme) fail('light and dark do not change');
}

async function stepping(base) {
	var doc = await load(base + 'step.html#x86-3', 1000), w = doc.defaultView;
	function at() { return w.location.hash + ' ' + doc.getElementById('n').value; }
	function expect(what, want) { if (at() !== want) fail(what + ': at ' + at() + ', not ' + want); }
	expect('a deep link', '#x86-3 3');
	key(doc, 'ArrowRight');
	expect('the right arrow', '#x86-4 4');
	key(doc, 'ArrowLeft');
	key(doc, 'k');
	expect('two keys back', '#x86-2 2');
	doc.getElementById('next').click();
	expect('the button', '#x86-3 3');
	key(doc, 'End');
	if (!/vmresume/.test(doc.getElementById('says').textContent)) fail('it does not end with the entry');
	/* A link to a step of the Rosetta tables; the stack has one top.
	 * (Before the walk below: a browser takes 200 changes of the address, no more.) */
	w.location.hash = '#arm64-C11';
	await wait(100);
	if (!/^stp x0, x1/.test(doc.querySelector('#says code').textContent)) fail('#arm64-C11 leads to ' + at());
	if (doc.querySelectorAll('#stack tr.sp').length !== 1) fail('at C11 the stack has not one top');
	if (!/C11: A slot/.test(doc.getElementById('why').textContent)) fail('at C11 nobody says why');
	/* Through all of it: every step says something, and changes sides. */
	['x86', 'arm64'].forEach(function (arch) {
		doc.getElementById(arch).click();
		var worlds = '', last = w.TRACES[arch].length - 1;
		for (var n = 1; n <= last; n++) {
			var world = doc.getElementById('world').className.slice(6, 7);
			if (worlds.slice(-1) !== world) worlds += world;
			if (!doc.getElementById('says').textContent) fail(arch + ' step ' + n + ' says nothing');
			key(doc, 'j');
		}
		if (worlds !== 'hgh') fail(arch + ': worlds in the order ' + worlds);
	});
	/* After the exchange of A9 all general registers but RDI are the guest's. */
	doc.getElementById('x86').click();
	var a10 = Array.from(doc.querySelectorAll('#parts button')).find(function (b) { return b.textContent === 'A10'; });
	a10.click();
	var guests = doc.querySelectorAll('#regs .guest').length;
	if (guests < 14) fail('at A10 only ' + guests + ' registers are the guest\'s');
	if (doc.querySelectorAll('#regs .guest .o')[0].textContent !== 'G') fail('only a colour tells whose a register is');
	if (doc.getElementById('says').getAttribute('aria-live') !== 'polite') fail('nothing is spoken');
}

(async function () {
	var base = window.PAGES[0].replace(/[^/]*$/, '');
	try {
		await widths();
		await contrasts(base);
		await searching(base);
		await stepping(base);
	} catch (e) { fail(String(e.stack || e)); }
	document.getElementById('told').textContent = '\n' + (told.length ? told.join('\n') : 'all is well') + '\n';
}());
