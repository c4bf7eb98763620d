/* site.js - light or dark, the contents on a phone, search.  Asks no server. */
'use strict';
(function () {
	var root = document.documentElement;
	function kept() {
		try { return localStorage.getItem('theme'); } catch (e) { return null; }
	}
	function wanted() {
		return kept() || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
	}
	root.dataset.theme = wanted();

	function toggle() {
		root.dataset.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
		try { localStorage.setItem('theme', root.dataset.theme); } catch (e) { /* private window */ }
	}

	/* --- search: the index is loaded when it is wanted ------------------- */
	var index = null;
	function load(then) {
		if (window.SEARCH) { then(); return; }
		if (index) { index.addEventListener('load', then); return; }
		index = document.createElement('script');
		index.src = 'search-index.js';
		index.addEventListener('load', then);
		document.head.appendChild(index);
	}

	/* A question's small words need not be there. */
	var SMALL = ' a an and are at can do does for from how i in is it me my of on or that the this to what when where which why with ';
	/* Each chapter has these: they seldom answer. */
	var USUAL = /^(Exercises|Each register|A GDB walk)$/;

	/* How often the word is there, and how often by itself. */
	function count(text, word) {
		var n = { all: 0, whole: 0 };
		for (var at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
			var end = at + word.length;
			n.all++;
			if (!/\w/.test(text[at - 1] || ' ') && !/\w/.test(text[end] || ' ')) n.whole++;
		}
		return n;
	}

	function score(row, words, phrase) {
		var head = row[2].toLowerCase(), text = row[3].toLowerCase(), sum = 0;
		var dense = Math.min(1, 2000 / (text.length + 1));
		for (var i = 0; i < words.length; i++) {
			var h = count(head, words[i]), t = count(text, words[i]);
			if (SMALL.indexOf(' ' + words[i] + ' ') >= 0 && words[i] !== phrase) {
				sum += h.whole ? 5 : 0;
				continue;
			}
			if (!h.all && !t.all) return 0;
			/* A chapter's own title counts most. */
			sum += (h.whole ? (row[1] ? 50 : 80) : h.all ? 15 : 0);
			sum += Math.min(3 * t.whole + t.all, 24) * dense;
		}
		if (words.length > 1) sum += head.indexOf(phrase) >= 0 ? 60 : text.indexOf(phrase) >= 0 ? 20 : 0;
		return USUAL.test(row[2]) ? sum * 0.6 : sum;
	}

	/* A row for each section: file, anchor, heading, text.  The best first. */
	function find(rows, query) {
		var words = query.replace(/[\u2018\u2019]/g, "'").toLowerCase().split(/\s+/).filter(Boolean);
		var phrase = words.join(' ');
		return rows.map(function (row) { return [score(row, words, phrase), row]; })
			.filter(function (f) { return f[0]; })
			.sort(function (a, b) { return b[0] - a[0]; });
	}

	/* The word that the excerpt shows. */
	function longest(query) {
		return query.toLowerCase().split(/\s+/).reduce(function (a, b) { return b.length > a.length ? b : a; }, '');
	}

	function part(text, word) {
		var at = text.toLowerCase().indexOf(word);
		var p = document.createElement('small');
		if (at < 0) { p.textContent = text.slice(0, 110); return p; }
		var from = Math.max(0, at - 50), m = document.createElement('mark');
		m.textContent = text.slice(at, at + word.length);
		p.append(text.slice(from, at), m, text.slice(at + word.length, at + 90));
		return p;
	}

	function show(query) {
		var box = document.getElementById('hits');
		var shown = longest(query);
		box.hidden = !shown;
		if (!shown) return;
		var found = find(window.SEARCH, query).slice(0, 20);
		box.replaceChildren();
		if (!found.length) box.textContent = 'Nothing has all of these words.';
		found.forEach(function (f) {
			var a = document.createElement('a'), row = f[1];
			a.href = row[0] + (row[1] ? '#' + row[1] : '');
			a.append(row[2], part(row[3], shown));
			a.addEventListener('click', function () { box.hidden = true; });
			box.append(a);
		});
	}

	function searching() {
		var q = document.getElementById('q'), box = document.getElementById('hits');
		if (!q) return;
		q.addEventListener('input', function () { load(function () { show(q.value); }); });
		document.getElementById('search').addEventListener('submit', function (e) {
			e.preventDefault();
			var first = box.querySelector('a');
			if (first) first.click();
		});
		document.addEventListener('keydown', function (e) {
			if (e.key === '/' && !/INPUT|SELECT/.test(document.activeElement.tagName)) {
				e.preventDefault(); q.focus();
			} else if (e.key === 'Escape') { box.hidden = true; }
		});
	}

	document.addEventListener('DOMContentLoaded', function () {
		var menu = document.getElementById('menu'), side = document.getElementById('side');
		document.getElementById('theme').addEventListener('click', toggle);
		if (menu) menu.addEventListener('click', function () {
			menu.setAttribute('aria-expanded', side.classList.toggle('open'));
		});
		if (side) side.addEventListener('click', function (e) {
			if (e.target.closest('a')) side.classList.remove('open');
		});
		searching();
		var here = side && side.querySelector('[aria-current]');
		if (here) side.scrollTop = here.offsetTop - side.clientHeight / 3;
	});
}());
