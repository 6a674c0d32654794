package search_test

import (
	"testing"

	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

func library(t testing.TB) *knowledge.Library {
	t.Helper()
	l, err := knowledge.Load(knowledge.Builtin())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func BenchmarkFind(b *testing.B) {
	index := search.New(library(b))
	list := questions(b, "testdata/symptoms-dev.jsonl")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		index.Find(list[i%len(list)].Text)
	}
}

func BenchmarkNew(b *testing.B) {
	l := library(b)
	b.ReportAllocs()
	for b.Loop() {
		search.New(l)
	}
}
