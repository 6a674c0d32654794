# Two commands matter: `go run ./cmd/campaignbot demo` and `make test`.

GOLANGCI = go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 20s

.PHONY: test lint fuzz bench proof golden picture build

test: ## install what is missing, then run every test, with the race detector and a PostgreSQL of its own
	@.ci/test

lint:
	$(GOLANGCI) run

fuzz: ## fuzz everything that reads input from outside, FUZZTIME each
	@.ci/fuzz $(FUZZTIME)

bench: ## the budgets, side by side in one run
	go test -run '^$$' -bench . -benchmem ./...

proof: ## the promise about schedules, with twenty kills, in about eight minutes; needs PostgreSQL installed
	CAMPAIGNBOT_TEST_PROOF=long go test -count=1 -v -timeout 15m -run '^TestThePromise$$' ./cmd/campaignbot

golden: ## write the golden files anew
	go test ./bot/blockkit ./handlers ./handlers/troubleshoot -update
	go test ./cmd/campaignbot -run 'TestManifestIsGolden|TestHelpIsGolden|TestREADMETables|TestKnowledge|TestHistory' -update

picture: ## take the picture of the README anew
	CAMPAIGNBOT_TEST_PICTURE=$(CURDIR)/cmd/campaignbot/testdata/demo.png go test -count=1 -run TestDemoPicture ./cmd/campaignbot

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o campaignbot ./cmd/campaignbot
