package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func ask(handler http.Handler, method, target string) (status int, body string) {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, target, nil))
	answer := recorder.Result()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

func TestAnswersWithItsVersionWhateverTheStatus(t *testing.T) {
	current := &moods{}
	handler := answers("blue", current)
	for rate, wanted := range map[float64]int{0: 0, 0.05: 5, 0.3: 30, 1: 100} {
		current.set(mood{errors: rate})
		failed := 0
		for range 100 {
			status, body := ask(handler, "GET", "/any")
			if body != "blue\n" {
				t.Fatalf("answers %q", body)
			}
			if status == http.StatusInternalServerError {
				failed++
			} else if status != http.StatusOK {
				t.Fatalf("status %d", status)
			}
		}
		if failed != wanted {
			t.Errorf("at %v %d of 100 fail", rate, failed)
		}
	}
}

func TestIsReadyInAnyMood(t *testing.T) {
	current := &moods{}
	current.set(mood{errors: 1, latency: time.Hour})
	if status, _ := ask(answers("blue", current), "GET", "/healthz"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

func TestTheMoodIsChangedInParts(t *testing.T) {
	current := &moods{}
	for _, step := range []struct {
		target, body string
		status       int
	}{
		{"/-/mood?errors=0.5", "errors=0.5 latency=0s\n", 200},
		{"/-/mood?latency=300ms", "errors=0.5 latency=300ms\n", 200},
		{"/-/mood?errors=0&latency=0s", "errors=0 latency=0s\n", 200},
		{"/-/mood?errors=1.5", "the error rate \"1.5\" is no number from 0 to 1\n", 400},
		{"/-/mood?errors=NaN", "the error rate \"NaN\" is no number from 0 to 1\n", 400},
		{"/-/mood?latency=-1s", "the latency \"-1s\" is no duration such as 300ms\n", 400},
	} {
		if status, body := ask(control(current), "POST", step.target); status != step.status || body != step.body {
			t.Errorf("%s is answered by %d %q", step.target, status, body)
		}
	}
}

func TestWaitsAsLongAsTold(t *testing.T) {
	current := &moods{}
	current.set(mood{latency: 30 * time.Millisecond})
	before := time.Now()
	ask(answers("blue", current), "GET", "/")
	if took := time.Since(before); took < 30*time.Millisecond {
		t.Errorf("answers after %v", took)
	}
}
