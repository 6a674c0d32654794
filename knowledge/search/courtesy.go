package search

import "strings"

// mostNames is how many words in a row may be who asks or is asked: "thanks, Anna Smith".
const mostNames = 2

// dropCourtesy leaves out what people say only to be polite, so that it counts neither for nor against anything: greetings,
// apologies, the frame of a request, thanks, and the name that stands behind them. It finds the phrases of what is left anew.
func (s *scratch) dropCourtesy(tokens []token) []token {
	s.courtesy = s.courtesy[:0]
	if !s.markCourtesy(tokens) {
		return tokens
	}
	s.markNames(tokens)
	kept := 0
	for i, t := range tokens {
		if s.polite[i] || t.joined && i+1 < len(tokens) && s.polite[i+1] && strings.HasPrefix(t.text, tokens[i+1].text) {
			s.courtesy = append(s.courtesy, t)
			continue
		}
		tokens[kept], s.numbers[kept], s.words[kept] = t, s.numbers[i], s.words[i]
		kept++
	}
	s.tokenizer.tokens, s.numbers, s.words = tokens[:kept], s.numbers[:kept], s.words[:kept]
	s.hits = s.x.lexicon.match(s.hits[:0], s.words)
	return s.tokenizer.tokens
}

// markCourtesy notes the words of the phrases of courtesy, and reports whether there are any.
func (s *scratch) markCourtesy(tokens []token) (some bool) {
	s.polite = append(s.polite[:0], make([]bool, len(tokens))...)
	for _, h := range s.hits {
		switch s.x.concepts[h.concept].role {
		case roleCourtesy:
		case roleSalutation:
			if !isClause(tokens, h) {
				continue
			}
		default:
			continue
		}
		some = true
		for i := h.first; i <= h.last; i++ {
			s.polite[i] = true
		}
	}
	return some
}

// isClause reports whether the words are all of their clause.
func isClause(tokens []token, h found) bool {
	clause := tokens[h.first].clause
	return tokens[h.last].clause == clause &&
		(h.first == 0 || tokens[h.first-1].clause != clause) && (h.last+1 == len(tokens) || tokens[h.last+1].clause != clause)
}

// markNames notes the names behind courtesy: words that nothing knows, up to the end of the clause, or in a clause of their
// own at the end of the text.
func (s *scratch) markNames(tokens []token) {
	for i := 1; i < len(tokens); i++ {
		if !s.polite[i-1] {
			continue
		}
		clause, end := tokens[i].clause, i
		for end < len(tokens) && tokens[end].clause == clause && s.strange(tokens, end) {
			end++
		}
		last := end == len(tokens)
		if end-i > mostNames || !last && (tokens[end].clause == clause || tokens[i-1].clause != clause) {
			continue
		}
		for ; i < end; i++ {
			s.polite[i] = true
		}
	}
}
