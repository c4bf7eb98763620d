/* step.js - plays a recorded world switch.  window.TRACES (traces.js) has, for
 * each architecture, the registers before step 1 and then one row a step
 * (book/tools/compact.py tells of each key). */
'use strict';
(function () {
	var el = function (id) { return document.getElementById(id); };
	var NAMES = { x86: 'struct vmx_context', arm64: 'struct vcpu and the host context' };
	var arch = 'x86', at = 1, timer = null, states = {};

	/* --- what is known after each step ------------------------------------ */
	function clone(o) { return Object.assign({}, o); }

	function owners_at_start(first) {
		var out = {};
		Object.keys(first.registers).forEach(function (r) { out[r] = 'host'; });
		return Object.assign(out, first.owner);
	}

	/* An address as a number: a double holds 48 bits of it exactly, not 64. */
	function number(address) { return parseInt(address.replace(/^0x/, '').slice(-12), 16); }

	function keep_stack(stack, row, sp) {
		Object.keys(row.memory || {}).forEach(function (a) {
			var n = number(a);
			if (Math.abs(n - sp) > 512) return;
			stack[a] = [row.memory[a][1], row.slot || (stack[a] || [])[1] || ''];
		});
		/* A push of what was there already changes no word. */
		if (row.slot && /^push/.test(row.text) && row.changed && row.changed.rsp) {
			var top = row.changed.rsp[1];
			if (!stack[top]) stack[top] = ['', ''];
			stack[top] = [stack[top][0], row.slot];
		}
	}

	function next_state(old, row) {
		var s = { regs: clone(old.regs), owner: clone(old.owner),
			stack: clone(old.stack), ctx: clone(old.ctx), order: old.order.slice() };
		Object.keys(row.changed || {}).forEach(function (r) { s.regs[r] = row.changed[r][1]; });
		Object.keys(row.owner || {}).forEach(function (r) { s.owner[r] = row.owner[r]; });
		if (row.world === 'host' && !row.skipped && !(row.reason && row.owner))
			keep_stack(s.stack, row, number(s.regs.rsp || s.regs.sp));
		if (row.ctx) {
			var key = row.ctx[0] + ' ' + row.ctx[1];
			if (!(key in s.ctx)) s.order.push(key);
			if (row.ctx[2] || !(key in s.ctx)) s.ctx[key] = row.ctx[2] || '';
		}
		return s;
	}

	function all_states(name) {
		if (states[name]) return states[name];
		var rows = window.TRACES[name], regs = rows[0].registers;
		var list = [{ regs: regs, owner: owners_at_start(rows[0]), stack: {}, ctx: {}, order: [] }];
		for (var i = 1; i < rows.length; i++) list.push(next_state(list[i - 1], rows[i]));
		states[name] = list;
		return list;
	}

	/* --- small helpers ------------------------------------------------------ */
	function make(tag, words, class_name) {
		var e = document.createElement(tag);
		if (words !== undefined) e.textContent = words;
		if (class_name) e.className = class_name;
		return e;
	}

	function part_of(row) {
		if (row.world === 'guest') return 'guest';
		if (row.skipped) return row.mark === 'B21' ? 'handler' : row.mark;
		return row.mark || '';
	}

	function show_name(r) { return arch === 'x86' ? r.toUpperCase() : r; }

	/* --- panes ----------------------------------------------------------------- */
	function says(row) {
		var box = el('says'), code = make('code', row.skipped ? '' : row.text);
		box.replaceChildren();
		if (row.skipped) {
			box.append(row.world === 'guest' ? 'The guest goes on: ' + row.skipped +
				' instructions of its own, beginning at ' + row.first + '.' :
				(row.mark === 'B21' ? 'The host handles the exit: ' : 'The debug registers are switched: ') +
				row.skipped + ' instructions, beginning at ' + row.first + '.');
			return;
		}
		box.append('Step ' + at + ': ', code);
		var changed = Object.keys(row.changed || {});
		if (row.reason) {
			box.append(row.world === 'host' ? '. Into the guest: the CPU loads ' :
				'. Out of the guest: the CPU loads ');
			box.append(changed.map(function (r) {
				return show_name(r) + (row.reason[r] ? ' from ' + row.reason[r] : '');
			}).join(', ') + '. No general register but the stack pointer changes.');
		} else if (changed.length) {
			box.append('. ' + changed.slice(0, 6).map(function (r) {
				return show_name(r) + ' becomes ' + row.changed[r][1];
			}).join(', ') + '.');
		} else {
			box.append(Object.keys(row.memory || {}).length ? '. Memory is written.' :
				'. No register changes its value.');
		}
	}

	function source(row) {
		var box = el('source'), rows = window.TRACES[arch], seen = {}, lines = [];
		el('path').textContent = row.file ? row.file + ', line ' + row.line :
			row.skipped ? 'outside of the switch' : row.symbol || row.pc;
		box.replaceChildren();
		rows.slice(1).forEach(function (r) {
			if (r.file && r.file === row.file && !seen[r.line]) {
				seen[r.line] = true;
				lines.push(r);
			}
		});
		lines.sort(function (a, b) { return a.line - b.line; });
		var now = null, last = null;
		lines.forEach(function (r) {
			if (last !== null && r.line > last + 1) box.append(make('span', '\u22ee\n', 'l cm'));
			last = r.line;
			var line = make('span', String(r.line).padStart(5) + '  ' + r.source + '\n', 'l');
			if (r.line === row.line) { line.classList.add('now'); line.setAttribute('aria-current', 'step'); now = line; }
			box.append(line);
		});
		if (!lines.length) box.append(row.text || '(not shown)');
		if (row.call && row.call !== row.source) box.append(make('span', '\nhere: ' + row.call + '\n', 'l cm'));
		if (now) box.scrollTop = now.offsetTop - box.offsetTop - box.clientHeight / 2;
	}

	function why(row) {
		var box = el('why');
		box.replaceChildren();
		if (row.mark) {
			var p = make('p');
			row.mark.split(' ').forEach(function (m) {
				var a = make('a', m, 'rosetta');
				a.href = 'app-rosetta.html#row-' + m;
				p.append(a, ' ');
			});
			box.append(p);
		}
		/* A comment of the source, if it says more than the step's number. */
		if (row.why && row.why !== row.mark) box.append(make('p', row.why));
		else (row.mark || '').split(' ').forEach(function (m) {
			if (window.STEPS[m]) box.append(make('p', m + ': ' + window.STEPS[m]));
		});
		Object.keys(row.ledger || {}).forEach(function (r) {
			box.append(make('p', r.replace(/_/g, ' ') + ': ' + row.ledger[r], 'row'));
		});
		if (row.without) box.append(make('p', 'Without this line: ' + row.without, 'without'));
		if (row.world === 'guest' && !row.why) box.append(make('p', 'The guest\'s own program runs.'));
	}

	/* Whose a register's value is: by colour, and by a letter for those who see none. */
	var WHOSE = { host: ['H', "the host's"], guest: ['G', "the guest's"], cleared: ['0', 'cleared'] };

	function registers(row, s, before) {
		var box = el('regs');
		box.replaceChildren();
		Object.keys(s.regs).forEach(function (r) {
			var d = make('div', undefined, s.owner[r] || 'host');
			var touched = (row.changed && r in row.changed) || (row.owner && r in row.owner);
			if (touched) d.classList.add('now');
			var whose = WHOSE[s.owner[r] || 'host'];
			d.append(make('b', whose[0], 'o'), make('span', show_name(r)), make('span', s.regs[r], 'v'));
			d.title = show_name(r) + ' = ' + s.regs[r] + ', ' + whose[1] +
				(before.regs[r] !== s.regs[r] ? '; was ' + before.regs[r] : '');
			d.setAttribute('role', 'listitem');
			d.setAttribute('aria-label', d.title);
			box.append(d);
		});
	}

	function stack(row, s, before) {
		var body = el('stack').tBodies[0], guest_now = s.owner[arch === 'x86' ? 'rsp' : 'sp'] === 'guest';
		body.replaceChildren();
		var sp = number(s.regs.rsp || s.regs.sp);
		Object.keys(s.stack).sort(function (a, b) { return number(b) - number(a); })
			.slice(0, 14).forEach(function (a) {
				var tr = make('tr'), here = number(a) === sp;
				if (here) tr.className = 'sp';
				if (!before.stack[a] || before.stack[a].join() !== s.stack[a].join()) tr.classList.add('now');
				tr.append(make('td', (here ? '\u2192 ' : '  ') + a.slice(-6)), make('td', s.stack[a][0]),
					make('td', s.stack[a][1]));
				body.append(tr);
			});
		if (guest_now) body.append(row_of('the stack pointer is the guest\'s now; this stack waits'));
		else if (!body.rows.length) body.append(row_of('nothing was put on it yet'));
	}

	function row_of(words) {
		var tr = make('tr'), td = make('td', words);
		td.colSpan = 3;
		tr.append(td);
		return tr;
	}

	function context(row, s) {
		var body = el('ctx').tBodies[0];
		body.replaceChildren();
		el('memtitle').textContent = row.reason ? 'VMCS or registers that the CPU used' : NAMES[arch];
		if (row.reason) {
			Object.keys(row.reason).forEach(function (r) {
				var tr = make('tr', undefined, row.world === 'host' ? 'guest now' : 'host now');
				tr.append(make('td', row.reason[r]), make('td', row.changed[r][1]));
				body.append(tr);
			});
			return;
		}
		var now = row.ctx && row.ctx[0] + ' ' + row.ctx[1], mark = null;
		s.order.forEach(function (key) {
			var whose = key.split(' ')[0], tr = make('tr', undefined, whose);
			if (key === now) { tr.classList.add('now'); mark = tr; }
			tr.append(make('td', key.slice(whose.length + 1)), make('td', s.ctx[key] || '\u00b7'));
			body.append(tr);
		});
		if (mark) body.scrollTop = mark.offsetTop - body.offsetTop - body.clientHeight / 2;
		if (!s.order.length) body.append(row_of('not touched yet'));
	}

	function parts() {
		var box = el('parts'), rows = window.TRACES[arch], last = null;
		box.replaceChildren();
		rows.slice(1).forEach(function (row, i) {
			var p = part_of(row);
			if (!p || p === last) return;
			last = p;
			var b = make('button', p, p === 'guest' ? 'guest' : '');
			b.dataset.at = i + 1;
			b.addEventListener('click', function () { go(i + 1); });
			box.append(b);
		});
	}

	function mark_part() {
		var best = null;
		Array.from(el('parts').children).forEach(function (b) {
			b.classList.remove('here');
			b.removeAttribute('aria-current');
			if (+b.dataset.at <= at) best = b;
		});
		if (best) { best.classList.add('here'); best.setAttribute('aria-current', 'step'); }
	}

	/* --- moving ----------------------------------------------------------------- */
	function show() {
		var rows = window.TRACES[arch], list = all_states(arch), row = rows[at];
		var s = list[at], before = list[at - 1];
		el('world').textContent = (row.world === 'guest' ? 'Guest' : 'Host') + '  \u00b7  ' +
			row.mode.replace(/^(host|guest): /, '') + (row.symbol ? '  \u00b7  ' + row.symbol : '');
		el('world').className = 'world ' + row.world;
		el('n').value = el('slide').value = at;
		says(row); source(row); why(row); registers(row, s, before); stack(row, s, before);
		context(row, s); mark_part();
		el('slide').setAttribute('aria-valuetext', 'step ' + at + ', ' + row.world);
	}

	function go(n, quiet) {
		var last = window.TRACES[arch].length - 1;
		at = Math.max(1, Math.min(last, n || 1));
		show();
		if (!quiet) history.replaceState(null, '', '#' + arch + '-' + at);
		if (at === last) stop();
	}

	function choose(name, n) {
		if (!window.TRACES[name]) return;
		arch = name;
		['x86', 'arm64'].forEach(function (a) { el(a).setAttribute('aria-pressed', a === arch); });
		var last = window.TRACES[arch].length - 1;
		el('of').textContent = last;
		el('n').max = el('slide').max = last;
		parts();
		go(n || 1, !n && !location.hash);
	}

	function next_part() {
		var found = Array.from(el('parts').children).find(function (b) { return +b.dataset.at > at; });
		if (found) go(+found.dataset.at);
	}

	function stop() {
		clearInterval(timer);
		timer = null;
		el('play').setAttribute('aria-pressed', 'false');
		el('play').textContent = 'play';
	}

	function play() {
		if (timer) { stop(); return; }
		el('play').setAttribute('aria-pressed', 'true');
		el('play').textContent = 'stop';
		timer = setInterval(function () { go(at + 1); }, 700);
	}

	/* #x86-47 is a step; #x86-A9 the first one that belongs to A9. */
	function from_hash() {
		var m = /^#(x86|arm64)-(\d+|[ABC]\d+)$/.exec(location.hash);
		var n = m && (+m[2] || window.TRACES[m[1]].findIndex(function (row) {
			return (row.mark || '').split(' ').indexOf(m[2]) >= 0;
		}));
		choose(m ? m[1] : arch, n > 0 ? n : at);
	}

	var KEYS = {
		ArrowRight: function () { go(at + 1); }, j: function () { go(at + 1); },
		ArrowLeft: function () { go(at - 1); }, k: function () { go(at - 1); },
		Home: function () { go(1); }, End: function () { go(1e9); },
		n: next_part, p: play,
		a: function () { choose(arch === 'x86' ? 'arm64' : 'x86', 1); }
	};

	function keys(e) {
		if (e.ctrlKey || e.metaKey || e.altKey || /INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) return;
		if (!KEYS[e.key]) return;
		e.preventDefault();
		KEYS[e.key]();
	}

	function legend() {
		Object.keys(WHOSE).forEach(function (whose) {
			var s = make('span', WHOSE[whose][0], 'sw');
			s.style.background = 'var(--' + (whose === 'cleared' ? 'hw' : whose) + ')';
			el('legend').append(s, WHOSE[whose][1]);
		});
	}

	document.addEventListener('DOMContentLoaded', function () {
		if (!window.TRACES || !TRACES.x86) return;
		el('player').hidden = false;
		legend();
		el('first').addEventListener('click', function () { go(1); });
		el('back').addEventListener('click', function () { go(at - 1); });
		el('next').addEventListener('click', function () { go(at + 1); });
		el('phase').addEventListener('click', next_part);
		el('play').addEventListener('click', play);
		el('n').addEventListener('change', function () { go(+el('n').value); });
		el('slide').addEventListener('input', function () { go(+el('slide').value); });
		el('x86').addEventListener('click', function () { choose('x86', 1); });
		el('arm64').addEventListener('click', function () { choose('arm64', 1); });
		document.addEventListener('keydown', keys);
		window.addEventListener('hashchange', from_hash);
		from_hash();
	});
}());
