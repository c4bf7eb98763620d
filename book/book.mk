# book.mk - the book: `make book` (book/README.md tells how it is written).
BOOK := $(B)/book
BOOK_SOURCES := $(wildcard book/*.md book/*.list book/*.def book/filters/*.lua \
	book/filters/lib/*.lua book/styles/* book/figures/*.fig book/step/* \
	book/traces/*.jsonl book/transcripts/*.txt tests/gdb/expected/*.txt) \
	$(shell find lib stages guests -type f 2>/dev/null)
PANDOC_BOOK = pandoc -f markdown -t plain -L book/filters/make.lua -o $(B)/book/none

.PHONY: book book-check book-linux book-record book-transcripts
#@ make book                the book: build/book/html, world-switch.epub, world-switch.pdf
book:
	$(Q)tools/setup --quiet run book
	$(Q)$(BUILD) $(BOOK)/html/index.html $(BOOK)/world-switch.epub $(BOOK)/world-switch.pdf
	@echo "the book: $(BOOK)/html/index.html, world-switch.epub, world-switch.pdf"

#@ make book-check          read all chapters; tell what does not fit
book-check:
	$(Q)mkdir -p $(BOOK)
	$(Q)$(PANDOC_BOOK) -M target=check book/book.list

$(BOOK)/html/index.html: $(BOOK_SOURCES)
	@mkdir -p $(BOOK)
	@echo "  BOOK    $(BOOK)/html"
	$(Q)rm -rf $(BOOK)/html
	$(Q)$(PANDOC_BOOK) -M target=site book/book.list

$(BOOK)/epub.json $(BOOK)/pdf.html: $(BOOK)/%: $(BOOK_SOURCES)
	@mkdir -p $(BOOK)
	$(Q)$(PANDOC_BOOK) -M target=$(basename $*) book/book.list

$(BOOK)/world-switch.epub: $(BOOK)/epub.json
	@echo "  EPUB    $@"
	$(Q)pandoc -f json -t epub3 --toc --toc-depth=2 --epub-chapter-level=1 \
		--css=$(BOOK)/plain.css --css=book/styles/epub.css -o $@ $<

$(BOOK)/world-switch.pdf: $(BOOK)/pdf.html
	@echo "  PDF     $@"
	$(Q)weasyprint -q $< $@

# --- what is recorded -------------------------------------------------------------
# A canary guest's round trip: its registers hold patterns, so one sees whose
# value is where.  The first entries pass, until the guest has something to say.
trace_x86   := 03 x86_64/stage-03 4
trace_arm64 := 04 arm64/stage-04 24

#@ make book-record         record the book's transcripts and traces anew (minutes)
book-record: book-transcripts
	$(Q)$(BUILD) gdb-needs STAGE=03
	$(Q)$(BUILD) gdb-needs STAGE=04
	$(Q)book/tools/trace x86 $(trace_x86)
	$(Q)book/tools/trace arm64 $(trace_arm64)

#@ make book-transcripts    the transcripts alone
book-transcripts:
	$(Q)$(BUILD) all
	$(Q)for name in $$(book/tools/transcript --list); do \
		book/tools/transcript $$name >book/transcripts/$$name.txt || exit; \
	done

#@ make book-linux          the transcripts of Linux's boots (ten minutes)
book-linux:
	$(Q)$(BUILD) all
	$(Q)$(MAKE) -s image ARCH=arm64
	$(Q)$(MAKE) -s image ARCH=x86_64
	$(Q)for name in $$(book/tools/transcript --linux); do \
		book/tools/transcript $$name >book/transcripts/$$name.txt || exit; \
	done
