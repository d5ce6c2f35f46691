// Wget says by its exit code whether a URL answers: what probes of charts ask of an image's own wget, and no more.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

// Its callers say how long they wait by options that it does not read; none waits longer.
const timeout = 10 * time.Second

func main() {
	// The URL is the last argument; all others are options.
	url := os.Args[len(os.Args)-1]
	answer, err := (&http.Client{Timeout: timeout}).Get(url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		fmt.Fprintf(os.Stderr, "%s is answered by %s\n", url, answer.Status)
		os.Exit(8)
	}
}
