// Moody answers with its version and, as far as it is told to, fails or dawdles: a workload on which a rollout's checks are tried.
//
// What it is told comes from the environment (VERSION, ERROR_RATE, LATENCY, CRASH_AFTER, PORT) and, while it runs, by
// POST /-/mood?errors=0.5&latency=300ms on port 9900, which no Service or Ingress need lead to.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// How long open requests have to end when it is told to go.
const shutdownTime = 20 * time.Second

func main() {
	version := environment("VERSION", "moody")
	mood, err := parseMood(environment("ERROR_RATE", "0"), environment("LATENCY", "0s"))
	if err != nil {
		log.Fatal(err)
	}
	current := &moods{}
	current.set(mood)

	if text := os.Getenv("CRASH_AFTER"); text != "" {
		after, err := time.ParseDuration(text)
		if err != nil {
			log.Fatalf("CRASH_AFTER: %v", err)
		}
		time.AfterFunc(after, func() { log.Fatalf("crashes after %v, as told", after) })
	}

	servers := []*http.Server{
		{Addr: ":" + environment("PORT", "8080"), Handler: answers(version, current)},
		{Addr: ":" + environment("MOOD_PORT", "9900"), Handler: control(current)},
	}
	for _, server := range servers {
		go func() {
			if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				log.Fatal(err)
			}
		}()
	}
	log.Printf("%s at %s, its mood at %s: %v", version, servers[0].Addr, servers[1].Addr, mood)

	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	<-stop.Done()
	ending, end := context.WithTimeout(context.Background(), shutdownTime)
	defer end()
	for _, server := range servers {
		if err := server.Shutdown(ending); err != nil {
			log.Fatal(err)
		}
	}
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// answers tells the version, by the status and after the time that the mood has it.
func answers(version string, current *moods) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(writer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(writer, "ok")
	})
	mux.HandleFunc("/", func(writer http.ResponseWriter, request *http.Request) {
		mood := current.get()
		select {
		case <-time.After(mood.latency):
		case <-request.Context().Done():
			return
		}
		if current.fails(mood) {
			writer.WriteHeader(http.StatusInternalServerError)
		}
		fmt.Fprintln(writer, version)
	})
	return mux
}

// control changes the mood; what a request leaves out stays as it is.
func control(current *moods) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /-/mood", func(writer http.ResponseWriter, request *http.Request) {
		before := current.get()
		mood, err := parseMood(
			valueOr(request.FormValue("errors"), fmt.Sprint(before.errors)),
			valueOr(request.FormValue("latency"), before.latency.String()),
		)
		if err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		current.set(mood)
		fmt.Fprintln(writer, mood)
	})
	return mux
}

func valueOr(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
