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

	function score(row, words) {
		var head = row[2].toLowerCase(), text = row[3].toLowerCase(), sum = 0;
		for (var i = 0; i < words.length; i++) {
			var inHead = head.indexOf(words[i]) >= 0;
			var n = text.split(words[i]).length - 1;
			if (!inHead && !n) return 0;
			sum += (inHead ? 50 : 0) + Math.min(n, 10);
		}
		return sum;
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
		var words = query.replace(/[\u2018\u2019]/g, "'").toLowerCase().split(/\s+/).filter(Boolean);
		box.hidden = !words.length;
		if (!words.length) return;
		var found = window.SEARCH.map(function (row) { return [score(row, words), row]; })
			.filter(function (f) { return f[0]; })
			.sort(function (a, b) { return b[0] - a[0]; }).slice(0, 20);
		box.replaceChildren();
		if (!found.length) { box.textContent = 'Nothing has all of these words.'; }
		found.forEach(function (f) {
			var a = document.createElement('a'), row = f[1];
			a.href = row[0] + (row[1] ? '#' + row[1] : '');
			a.append(row[2], part(row[3], words[0]));
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
