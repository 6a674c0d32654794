package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"campaignbot/bot"
	"campaignbot/knowledge"
	"campaignbot/knowledge/search"
)

func newKnowledge(w world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "knowledge COMMAND",
		Short: "List, show, check, measure and begin the entries",
		Long: "knowledge is for the people who write entries: what the bot knows, and your own folder that is laid over it.\n\n" +
			"The folder is knowledge.dir of the configuration, or the one of --dir.",
		Example: "  campaignbot knowledge new crm-bridge --dir entries\n" +
			"  campaignbot knowledge check --dir entries\n" +
			"  campaignbot knowledge show crm-bridge --lang nl --dir entries\n" +
			"  campaignbot knowledge eval questions.jsonl --misses\n" +
			"  campaignbot knowledge misses --days 7",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return refused(fmt.Errorf("knowledge: there is no command %q (see campaignbot knowledge --help)", args[0]))
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(newKnowledgeList(w), newKnowledgeShow(w), newKnowledgeCheck(w), newKnowledgeEval(w), newKnowledgeMisses(w), newKnowledgeNew(w))
	return cmd
}

// addDir adds the flag that names the overlay folder.
func addDir(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "dir", "", "lay the entries of `DIR` over the built-in ones (default: knowledge.dir of the configuration)")
}

// place returns the entry's file, in the overlay folder or among the built-in ones.
func place(entries *search.Edition, e *knowledge.Entry, dir string) (file string, builtin bool) {
	file, overlay := entries.File(e)
	if overlay {
		file = filepath.Join(dir, filepath.FromSlash(file))
	}
	return file, !overlay
}

// entryLine is one entry of knowledge list --json.
type entryLine struct {
	ID        string         `json:"id"`
	Kind      knowledge.Kind `json:"kind"`
	Languages []string       `json:"languages"` // those in which nothing is missing
	Symptoms  int            `json:"symptoms"`
	Owner     string         `json:"owner"`
	Verified  knowledge.Date `json:"verified"`
	File      string         `json:"file"`
	Builtin   bool           `json:"built_in"`
}

func newKnowledgeList(w world) *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the entries",
		Long: "list prints a line for every entry: its id and kind, the languages in which nothing is missing, how many symptoms it has,\n" +
			"who keeps it right, when that was last seen, and its file.",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return knowledgeList(w, dir, asJSON) },
	}
	addDir(cmd, &dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object per entry")
	return cmd
}

func knowledgeList(w world, flag string, asJSON bool) error {
	entries, dir, err := openEntries(w, flag)
	if err != nil {
		return err
	}
	var list []entryLine
	for _, e := range entries.Entries() {
		line := entryLine{ID: e.ID, Kind: e.Kind, Languages: complete(e), Owner: e.Owner, Verified: e.Verified}
		line.File, line.Builtin = place(entries, e, dir)
		for _, phrases := range e.Symptoms {
			line.Symptoms += len(phrases)
		}
		list = append(list, line)
	}
	if asJSON {
		encoder := json.NewEncoder(w.out)
		encoder.SetEscapeHTML(false)
		for _, line := range list {
			if err := encoder.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tKIND\tLANGUAGES\tSYMPTOMS\tOWNER\tVERIFIED\tFILE")
	for _, l := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\t%s\t%s\n", l.ID, l.Kind, strings.Join(l.Languages, " "), l.Symptoms,
			orDefault(l.Owner, "-"), orDefault(string(l.Verified), "-"), l.File)
	}
	return table.Flush()
}

// complete returns the languages in which nothing of the entry is missing.
func complete(e *knowledge.Entry) []string {
	list := []string{}
	for _, lang := range bot.Languages() {
		if len(e.Lacks(lang)) == 0 {
			list = append(list, lang)
		}
	}
	return list
}

func newKnowledgeShow(w world) *cobra.Command {
	var dir, lang string
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show an entry as people read it",
		Long:    "show prints the card of an entry as people read it, and below it the file, the owner and the date.",
		Example: "  campaignbot knowledge show wfserver --lang nl",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return knowledgeShow(w, dir, lang, args[0]) },
	}
	addDir(cmd, &dir)
	cmd.Flags().StringVar(&lang, "lang", "en", "show it in `LANGUAGE`: en, nl, de or fr")
	return cmd
}

func knowledgeShow(w world, flag, lang, id string) error {
	if !bot.KnownLanguage(lang) {
		return refused(fmt.Errorf("--lang: %q is not a language of the bot (use en, nl, de or fr)", lang))
	}
	entries, dir, err := openEntries(w, flag)
	if err != nil {
		return err
	}
	entry, ok := entries.Named(id)
	if !ok {
		return refused(noEntry(entries, id))
	}
	card, err := cardOf(entries, entry, lang)
	if err != nil {
		return err
	}
	file, builtin := place(entries, entry, dir)
	if builtin {
		file += " (built in)"
	}
	fmt.Fprintf(w.out, "%s\n\nfile: %s\n", strings.TrimRight(card, "\n"), file)
	if entry.Owner != "" {
		fmt.Fprintln(w.out, "owner:", entry.Owner)
	}
	if entry.Verified != "" {
		fmt.Fprintln(w.out, "verified:", entry.Verified)
	}
	if n := len(entry.Lacks(lang)); n > 0 {
		fmt.Fprintf(w.out, "%d parts are missing in %s: people read the English ones\n", n, lang)
	}
	return nil
}

func noEntry(entries *search.Edition, id string) error {
	var near []string
	for _, e := range entries.NearNames(id, 3) {
		near = append(near, e.ID)
	}
	if len(near) == 0 {
		return fmt.Errorf("show: there is no entry %q (see campaignbot knowledge list)", id)
	}
	return fmt.Errorf("show: there is no entry %q (the nearest: %s)", id, strings.Join(near, ", "))
}

func newKnowledgeCheck(w world) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the entries",
		Long: "check lists everything that is wrong with the entries, each with its file and line: what is missing, unknown, too long or there\n" +
			"twice, a step without its risk, a symptom that does not find its own entry among the first three, and an entry of your own\n" +
			"that keeps a built-in one from being found. A file in your folder is named as it is called there.\n\n" +
			"It exits with 0 when all is fine, and with 1 when it found something.",
		Example: "  campaignbot knowledge check --dir entries",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return knowledgeCheck(w, dir) },
	}
	addDir(cmd, &dir)
	return cmd
}

func knowledgeCheck(w world, flag string) error {
	entries, _, err := openEntries(w, flag)
	if err != nil {
		return err
	}
	if err := printFound(w, lines(knowledge.Join(entries.Findings()))); err != nil {
		return err
	}
	for _, e := range entries.Entries() {
		var missing []string
		for _, lang := range bot.Languages() {
			if n := len(e.Lacks(lang)); n > 0 {
				missing = append(missing, fmt.Sprintf("%d parts in %s", n, lang))
			}
		}
		if file, _ := entries.File(e); len(missing) > 0 {
			fmt.Fprintf(w.out, "%s: English stands in for %s (allowed in a folder of your own)\n", file, strings.Join(missing, ", "))
		}
	}
	fmt.Fprintf(w.out, "knowledge: %d entries, no problem, version %s\n", len(entries.Entries()), entries.Version())
	return nil
}

func newKnowledgeNew(w world) *cobra.Command {
	var dir, kind string
	cmd := &cobra.Command{
		Use:   "new ID",
		Short: "Begin an entry: a file with every key explained",
		Long: "new writes the file of a new entry into your folder, with every key, what it is for, and room for the four languages. Fill in\n" +
			"what stands empty; check lists what is still to be written. It never overwrites a file.\n\n" +
			"With the id of a built-in entry, yours replaces that.",
		Example: "  campaignbot knowledge new crm-bridge --dir entries",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return knowledgeNew(w, dir, kind, args[0]) },
	}
	addDir(cmd, &dir)
	cmd.Flags().StringVar(&kind, "kind", string(knowledge.KindModule), "begin an entry of `KIND`: module, runbook, error, defect, check or conflict")
	return cmd
}

func knowledgeNew(w world, flag, kind, id string) error {
	dir, err := entriesDir(w, flag)
	if err != nil {
		return err
	}
	if dir == "" {
		return refused(errors.New("new: which folder? (name it with --dir, or as knowledge.dir in the configuration)"))
	}
	name, content, err := knowledge.Skeleton(knowledge.Kind(kind), id)
	if err != nil {
		return refused(fmt.Errorf("new: %w", err))
	}
	builtin, err := openKnowledge("")
	if err != nil {
		return err
	}
	same, taken := builtin.Current().Lookup(knowledge.Kind(kind), id)
	if taken && same.ID != id {
		return refused(fmt.Errorf("new: %q is a name of the built-in entry %s (choose another, or %s to replace that)", id, same.ID, same.ID))
	}
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := writeNew(file, content); err != nil {
		return refused(err)
	}
	fmt.Fprintln(w.out, "wrote", file)
	if taken {
		fmt.Fprintf(w.out, "%s is built in: once this file is complete, it replaces that entry\n", id)
	}
	fmt.Fprintf(w.out, "fill in what stands empty, then: campaignbot knowledge check --dir %s\n", dir)
	return nil
}

// writeNew writes a file that is not there yet, and the folders it is in.
func writeNew(file, content string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("new: %w", err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("new: %s is there already, and stays as it is", file)
	}
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}
