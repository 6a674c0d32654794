# The static binary, alone: no shell, no package manager, not root.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY bot bot
COPY cmd cmd
COPY config config
COPY handlers handlers
COPY knowledge knowledge
ARG VERSION=""
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/campaignbot ./cmd/campaignbot
RUN mkdir -p /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/campaignbot /campaignbot
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
WORKDIR /data
VOLUME /data
ENV CAMPAIGNBOT_ADMIN_ADDR=0.0.0.0:9090
EXPOSE 3000 9090
ENTRYPOINT ["/campaignbot"]
CMD ["serve"]
