-- deftable.lua - the .def tables of the sources as tables of the book.
local util = require 'util'
local source = require 'source'
local deftable = {}

--- The arguments of MACRO(...), from the bracket on; strings side by side are
--- one.  Returns a list and the place behind.
local function arguments(text, at)
	local out, word, depth = {}, '', 0
	local i = at
	while i <= #text do
		local c = text:sub(i, i)
		if c == '"' then
			local j = i + 1
			while j <= #text and text:sub(j, j) ~= '"' do
				j = j + (text:sub(j, j) == '\\' and 2 or 1)
			end
			word = word .. text:sub(i + 1, j - 1):gsub('\\(.)', { t = '\t', ['"'] = '"', ['\\'] = '\\' })
			i = j
		elseif c == '(' then
			depth = depth + 1
			if depth > 1 then word = word .. c end
		elseif c == ')' or (c == ',' and depth == 1) then
			if c == ')' then depth = depth - 1 end
			if depth == 0 or c == ',' then
				out[#out + 1] = word:gsub('^%s+', ''):gsub('%s+$', '')
				word = ''
			else
				word = word .. c
			end
			if depth == 0 then return out, i + 1 end
		elseif not (c:find('%s') and (word == '' or word:find('%s$'))) then
			word = word .. (c:find('%s') and ' ' or c)
		end
		i = i + 1
	end
	return out, i
end

--- All rows MACRO(a, b, ...) of a text, as {macro=..., line=..., a, b, ...}.
function deftable.rows(text)
	local plain = text:gsub('/%*.-%*/', function(c)
		return (c:gsub('[^\n]', ' '))
	end)
	local out, at = {}, 1
	while true do
		local from, to, macro = plain:find('%f[^\n%z]([%u][%u%d_]*)%(', at)
		if not from then return out end
		local row, after = arguments(plain, to)
		row.macro = macro
		row.line = select(2, plain:sub(1, from):gsub('\n', '')) + 1
		out[#out + 1] = row
		at = after
	end
end

--- The rules of VM entry; some of them are made by macros, so cpp reads them.
function deftable.rules()
	local program = '#define RULE(id, group, section, field, text, ...) ' ..
		'RULE_ROW(id, group, section, field, text)\n' ..
		'#include "02-vmcs/entry_checks/rules.def"\n'
	local text = pandoc.pipe('cc', { '-E', '-P', '-xc', '-Istages', '-' }, program)
	return deftable.rows('\n' .. text:gsub('RULE_ROW', '\nRULE_ROW'))
end

local WHO = {
	VMCS = 'the CPU, by a VMCS field', ASM = 'assembly, each entry and exit',
	SWITCH = 'C, at load and put', HARDWARE = 'the CPU',
	ENTRY = 'assembly, each entry and exit',
	RUN = 'C, each run of the switch', LOAD = 'C, at load and put',
	TRAPPED = 'trapped', HIDDEN = 'hidden from the guest', SHARED = 'nobody',
}

--- What mutants.tsv says of lines with the key: the most telling sentence.
local function observed(mutants, path, key)
	local out
	for _, m in ipairs(mutants) do
		if m[1] == path and m[3]:find(key, 1, true) then
			local how = m[4] == 'unseen' and
				'not observable here: ' .. m[5] or m[5]
			if not out or (how:find('canary') and not out:find('canary')) then
				out = how
			end
		end
	end
	return out or ''
end

local function mutants_of(folder)
	local out = {}
	for _, line in ipairs(util.lines(util.read(folder .. '/mutants.tsv') or '')) do
		local row = {}
		for field in (line .. '\t'):gmatch('(.-)\t') do row[#row + 1] = field end
		out[#out + 1] = row
	end
	return out
end

--- What was seen when the line of a file with this text was deleted.
function deftable.without(path, key)
	return observed(mutants_of(path:match('^(.*)/')), path, key)
end

--- The line where a key stands outside of comments.
local function key_line(path, key)
	for n, line in ipairs(util.lines(util.read(path) or '')) do
		if line:find(key, 1, true) and not line:find('^%s*%*') and
		   not line:find('^%s*/%*') and not line:find('^%s*#') then
			return n
		end
	end
end

local function ledger(path)
	local folder = path:match('^(.*)/')
	local mutants, out = mutants_of(folder), {}
	for _, r in ipairs(deftable.rows('\n' .. util.read(path))) do
		local where, line, without = nil, nil, ''
		if r[4] ~= '' then
			where = folder .. '/' .. r[4]
			line = key_line(where, r[5])
			without = observed(mutants, where, r[5])
		end
		out[#out + 1] = {
			key = { r[1], r[2] }, line = r.line,
			register = r[1]:gsub('_', ' '), class = r[2],
			who = WHO[r[3]] or r[3], where = where, at = line,
			why = r[6], ['without it'] = without,
		}
	end
	return { 'register', 'who', 'where', 'why', 'without it' }, out
end

--- How each file's macros become columns; `false` leaves an argument out.
local SHAPES = {
	['vmcs_fields.def'] = { FIELD = { 'field', 'encoding', 'width', 'type', 'SDM', 'what it is' } },
	['exit_reasons.def'] = { EXIT = { 'reason', 'number', 'what happened' } },
	['vmx_errors.def'] = { ERROR = { 'number', 'name', 'what happened' } },
	['esr.def'] = { EC = { 'class', 'name', 'what happened' } },
	['vmx_msrs.def'] = { MSR = { 'MSR', 'number', false, 'SDM', 'what it tells' } },
	['vmx_cap_bits.def'] = { CAP = { 'MSR', 'name', 'bit', 'what it tells', 'SDM' } },
	['vmx_controls.def'] = { CONTROL = { 'group', 'name', 'bit', "the manual's words", 'SDM' } },
	['switched_msrs.def'] = { SWITCHED = { 'MSR', "why the guest's must not stay" } },
	['canary_probes.def'] = { PROBE = { 'trap bit', 'exit class', false, 'instruction' } },
	['rules.def'] = { RULE_ROW = { 'rule', 'group', 'SDM', 'field', 'what must hold' } },
	['sysregs.def'] = {
		EL12 = { 'register', 'op0', 'op1', 'CRn', 'CRm', 'op2', 'switched', false },
		EL02 = { 'register', 'op0', 'op1', 'CRn', 'CRm', 'op2', 'switched', false },
		SAME = { 'register', 'op0', 'op1', 'CRn', 'CRm', 'op2', 'switched', false },
		HOST = { 'register', 'op0', 'op1', 'CRn', 'CRm', 'op2' },
		TRAP = { 'register', 'op0', 'op1', 'CRn', 'CRm', 'op2' },
	},
}
local SYSREG_KIND = { EL12 = 'guest: NAME_EL12', EL02 = 'guest: NAME_EL02',
	SAME = 'one for both', HOST = 'the host alone', TRAP = 'traps' }

--- Columns and rows of a file; nil and why if it is none that we know.
function deftable.load(path)
	local base = path:match('[^/]*$')
	if not util.read(path) then return nil, 'there is no ' .. path end
	if base == 'registers.def' then return ledger(path) end
	local shapes = SHAPES[base]
	if not shapes then return nil, 'nobody told me how to show ' .. base end
	local rows = base == 'rules.def' and deftable.rules() or
		deftable.rows('\n' .. util.read(path))
	local columns, out = nil, {}
	for _, r in ipairs(rows) do
		local shape = shapes[r.macro]
		if shape then
			local row = { key = { r.macro }, line = r.line }
			local names = {}
			for i, column in ipairs(shape) do
				if column then
					row[column] = r[i] or ''
					row.key[#row.key + 1] = r[i] or ''
					names[#names + 1] = column
				end
			end
			row.kind = SYSREG_KIND[r.macro]
			out[#out + 1] = row
			columns = columns or names
		end
	end
	if base == 'sysregs.def' then table.insert(columns, 2, 'kind') end
	return columns, out
end

--- Only rows that have one of the words among their names and classes.
function deftable.filter(rows, only)
	local set, list = util.set(only)
	local used, out = {}, {}
	for _, row in ipairs(rows) do
		local take
		for _, key in ipairs(row.key) do
			if set[key] then take, used[key] = true, true end
		end
		if take then out[#out + 1] = row end
	end
	for _, word in ipairs(list) do
		if not used[word] then return nil, word end
	end
	return out
end

return deftable
