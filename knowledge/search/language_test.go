package search_test

import (
	"testing"

	"campaignbot/knowledge/search"
)

func TestLanguageIsNeverWrong(t *testing.T) {
	asked, told := 0, 0
	for _, file := range []string{"symptoms-dev", "own", "fresh", "last", "more"} {
		for _, q := range questions(t, "testdata/"+file+".jsonl") {
			asked++
			got := search.Language(q.Text)
			if got != "" && q.Lang != "" && got != q.Lang {
				t.Errorf("%q is taken for %s", q.Text, got)
			}
			if got != "" {
				told++
			}
		}
	}
	t.Logf("%d of %d are clear", told, asked)
	if told < asked/3 {
		t.Errorf("only %d of %d are clear", told, asked)
	}
}

func TestLanguageOfWhatHasNone(t *testing.T) {
	for _, text := range []string{"", "mta", "XSV-350008 wfserver@prod", "de mta is down, why", "\xff\x00", "import export"} {
		if got := search.Language(text); got != "" {
			t.Errorf("%q is taken for %s", text, got)
		}
	}
}
