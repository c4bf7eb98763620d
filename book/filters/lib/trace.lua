-- trace.lua - the recorded traces against the sources of today.
--
-- A row says file, line and the text of the line.  Lines move when something
-- above them changes: the number is then set right.  A text that is no more in
-- the file means that the switch has changed: record it anew.
local util = require 'util'
local trace = {}

local function unescape(text)
	return (text:gsub('\\(.)', { n = '\n', t = '\t', ['"'] = '"', ['\\'] = '\\' }))
end

local function bare(line)
	return (line:gsub('^%s+', ''):gsub('%s+$', ''))
end

--- The number of the line with this text that is nearest to the recorded one.
local function nearest(path, number, text)
	local best
	for n, line in ipairs(util.lines(util.read(path) or '')) do
		if bare(line) == text and
		   (not best or math.abs(n - number) < math.abs(best - number)) then
			best = n
		end
	end
	return best
end

--- The rows of an architecture's trace as JSON, lines set right.
function trace.rows(arch)
	local path, out = 'book/traces/' .. arch .. '.jsonl', {}
	for _, row in ipairs(util.lines(util.read(path) or '')) do
		local file, number = row:match('"file": "([^"]*)", "line": (%d+)')
		local text = row:match('"source": "(.-[^\\])"[,}]')
		if file and text then
			local line = nearest(file, tonumber(number), bare(unescape(text)))
			if not line then
				util.fail(path, { '"source": "' .. text .. '"' },
					'%s has no line "%s" any more: make book-record', file, text)
			end
			row = row:gsub('"line": %d+', '"line": ' .. (line or number), 1)
		end
		out[#out + 1] = row
	end
	return out
end

return trace
