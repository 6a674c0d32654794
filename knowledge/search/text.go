package search

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The bounds of one question. Everything behind them is ignored: a pasted log says what it has to say in its first lines.
const (
	maxBytes  = 16 << 10
	maxTokens = 400
	maxWord   = 48 // bytes; longer ones are ids and hashes
)

// token is one word of the question, folded, with the clause it stands in.
type token struct {
	text    string
	clause  int
	joined  bool // its parts follow
	guessed bool // corrected
}

// prepare cuts the text to its bound, takes out what Slack wraps around words, and repairs what is not UTF-8.
func prepare(text string) string {
	if len(text) > maxBytes {
		cut := maxBytes
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	text = strings.ToValidUTF8(text, " ")
	if strings.IndexByte(text, '<') >= 0 {
		text = unwrap(text)
	}
	if strings.IndexByte(text, '&') >= 0 {
		text = html.UnescapeString(text)
	}
	if !norm.NFKC.IsNormalString(text) {
		text = norm.NFKC.String(text)
	}
	return text
}

// unwrap replaces <…> of Slack's markup: people, channels and mail addresses by nothing, links by their path, since the
// name of a page may be the best word of the question. Other text in angle brackets (an XML element) stays.
func unwrap(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		length := strings.IndexAny(text[open:], ">\n")
		if length < 0 || text[open+length] == '\n' {
			b.WriteString(text[:open+1])
			text = text[open+1:]
			continue
		}
		inner := text[open+1 : open+length]
		b.WriteString(text[:open])
		b.WriteByte(' ')
		b.WriteString(linkText(inner))
		b.WriteByte(' ')
		text = text[open+length+1:]
	}
	b.WriteString(text)
	return b.String()
}

func linkText(inner string) string {
	switch {
	case inner == "":
		return ""
	case strings.IndexByte("@#!", inner[0]) >= 0, strings.HasPrefix(inner, "mailto:"), strings.HasPrefix(inner, "tel:"):
		return ""
	}
	if address, _, ok := strings.Cut(inner, "|"); ok {
		inner = address
	}
	return inner
}

// tokenizer splits a prepared text. It is reused between questions to spare memory.
type tokenizer struct {
	tokens []token
	clause int
	fold   []byte
}

// What a character does to the words around it.
const (
	inWord = iota
	endsWord
	endsClause
)

// punctuation says it for every ASCII character; the others are looked up in otherSeps.
var punctuation = func() (table [utf8.RuneSelf]uint8) {
	for _, r := range " \t\r\v\f\"'`()[]{}<>|=+*#~^&%$" {
		table[r] = endsWord
	}
	for _, r := range ",;!?\n" {
		table[r] = endsClause
	}
	return table
}()

const otherSeps = "€→’‘“”„«»…"

func effect(r rune) uint8 {
	switch {
	case r < utf8.RuneSelf:
		return punctuation[r]
	case unicode.IsSpace(r) || strings.ContainsRune(otherSeps, r):
		return endsWord
	}
	return inWord
}

func (t *tokenizer) run(text string) []token {
	t.tokens, t.clause = t.tokens[:0], 0
	start := -1
	for i, r := range text {
		does := effect(r)
		if does == inWord {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			t.chunk(text[start:i])
			start = -1
		}
		if does == endsClause {
			t.clause++
		}
		if len(t.tokens) >= maxTokens {
			return t.tokens[:maxTokens]
		}
	}
	if start >= 0 {
		t.chunk(text[start:])
	}
	return t.tokens[:min(len(t.tokens), maxTokens)]
}

// chunk turns what stands between two spaces into tokens: its parts, and before them the whole where that may mean
// something by itself (mta.log, in-mail, NmsTracking_Pointer).
func (t *tokenizer) chunk(s string) {
	if len(s) > 2 && s[0] == ':' && s[len(s)-1] == ':' { // an emoji
		return
	}
	ended := strings.HasSuffix(s, ".") || strings.HasSuffix(s, ":")
	s = strings.Trim(s, ".:-/\\_@")
	if at := strings.Index(s, "://"); at >= 0 { // an address: the host says nothing
		s = s[at+3:]
		_, path, _ := strings.Cut(s, "/")
		s = path
	}
	if s != "" && len(s) <= 4*maxWord {
		t.split(s)
	}
	if ended {
		t.clause++
	}
}

func (t *tokenizer) split(s string) {
	if !joints.in(s) {
		t.add(s)
		return
	}
	if at := strings.IndexByte(s, '@'); at > 0 { // a process: mta@prod
		t.add(s[:at+1])
	}
	if !seams.in(s) {
		t.add(strings.ReplaceAll(s, "-", ""))
		if n := len(t.tokens); n > 0 {
			t.tokens[n-1].joined = true
		}
		if isFile(s) { // mta.log is about the file, not about the mta
			return
		}
	} else if slash := strings.LastIndexAny(s, "/\\"); slash >= 0 && strings.IndexByte(s[slash:], '.') >= 0 {
		t.add(s[slash+1:]) // the file of a path
	}
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(".:-/\\_@", r) }) {
		t.add(part)
	}
}

// charset is a set of ASCII characters.
type charset [utf8.RuneSelf]bool

func newCharset(chars string) (set charset) {
	for _, c := range []byte(chars) {
		set[c] = true
	}
	return set
}

// in reports whether the text has any of them.
func (set *charset) in(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < utf8.RuneSelf && set[c] {
			return true
		}
	}
	return false
}

var (
	joints = newCharset(".:-/\\_@")     // between the parts of a chunk
	seams  = newCharset(":/\\@")        // those whose parts are no word together
	marks  = newCharset("0123456789._") // of a name: it has no other forms
)

func (t *tokenizer) add(s string) {
	if s = t.folded(s); s != "" && len(s) <= maxWord {
		t.tokens = append(t.tokens, token{text: s, clause: t.clause})
	}
}

// folded is the word in lower case without accents.
func (t *tokenizer) folded(s string) string {
	t.fold = appendFolded(t.fold[:0], s)
	if string(t.fold) == s {
		return s
	}
	return string(t.fold)
}

func fold(s string) string { return string(appendFolded(nil, s)) }

func appendFolded(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			b = append(b, byte(r))
		case r == 'ß':
			b = append(b, "ss"...)
		case r == 'œ' || r == 'Œ':
			b = append(b, "oe"...)
		default:
			b = appendBase(b, r)
		}
	}
	return b
}

// appendBase appends the letter below an accent.
func appendBase(b []byte, r rune) []byte {
	r = unicode.ToLower(r)
	if int(r) < len(bases) {
		return append(b, bases[r]...)
	}
	return append(b, base(r)...)
}

// bases are the letters below the accents of the Latin alphabets, which are most of what is not ASCII.
var bases = func() (table [0x250]string) {
	for r := range table {
		table[r] = base(rune(r))
	}
	return table
}()

func base(r rune) string {
	var b strings.Builder
	for _, part := range norm.NFD.String(string(r)) {
		if !unicode.Is(unicode.Mn, part) {
			b.WriteRune(part)
		}
	}
	return b.String()
}

// isFile reports whether the word is a file name: it has a short extension of letters.
func isFile(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot <= 0 || len(s)-dot < 3 || len(s)-dot > 5 {
		return false
	}
	return strings.IndexFunc(s[dot+1:], func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}
