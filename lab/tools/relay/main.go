// Relay listens on loopback in the namespace it is started in and connects each client to an address inside another network
// namespace, so that programs outside the lab reach its API server without entering anything.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

// forward is one "listen=target" pair of the command line.
type forward struct{ listen, target string }

type forwards []forward

func (all *forwards) String() string { return fmt.Sprint(*all) }

func (all *forwards) Set(value string) error {
	listen, target, found := strings.Cut(value, "=")
	if !found {
		return fmt.Errorf("%q is not of the form 127.0.0.1:16443=127.0.0.1:6443", value)
	}
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%q is not a loopback address", host)
	}
	*all = append(*all, forward{listen, target})
	return nil
}

// Package syscall has no name for setns on every architecture.
var setnsNumber = map[string]uintptr{"amd64": 308, "arm64": 268, "riscv64": 268, "ppc64le": 350, "s390x": 339}

// dialIn connects from inside the namespace at path.
func dialIn(path, address string) (connection net.Conn, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		// Never unlocked: the runtime then ends this thread instead of handing it, still in the namespace, to another goroutine.
		runtime.LockOSThread()
		namespace, openError := os.Open(path)
		if openError != nil {
			err = openError
			return
		}
		defer namespace.Close()
		if _, _, errno := syscall.RawSyscall(setnsNumber[runtime.GOARCH], namespace.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
			err = fmt.Errorf("enter %s: %w", path, errno)
			return
		}
		connection, err = net.Dial("tcp", address)
	}()
	<-done
	return connection, err
}

func serve(client net.Conn, namespace, target string) {
	defer client.Close()
	server, err := dialIn(namespace, target)
	if err != nil {
		log.Printf("%s: %v", target, err)
		return
	}
	defer server.Close()
	var both sync.WaitGroup
	both.Go(func() { pass(server, client) })
	both.Go(func() { pass(client, server) })
	both.Wait()
}

// pass copies until the source ends, then tells the destination so and leaves the other direction open.
func pass(destination, source net.Conn) {
	_, _ = io.Copy(destination, source)
	_ = destination.(*net.TCPConn).CloseWrite()
}

func main() {
	namespace := flag.String("namespace", "", "path of the network namespace to connect in")
	var all forwards
	flag.Var(&all, "forward", "LISTEN=TARGET, loopback outside and the address inside; may be repeated")
	flag.Parse()
	if *namespace == "" || len(all) == 0 {
		flag.Usage()
		os.Exit(2)
	}
	for _, one := range all {
		listener, err := net.Listen("tcp", one.listen)
		if err != nil {
			log.Fatal(err)
		}
		log.Printf("%s is %s in %s", one.listen, one.target, *namespace)
		go func() {
			for {
				client, err := listener.Accept()
				if err != nil {
					log.Fatal(err)
				}
				go serve(client, *namespace, one.target)
			}
		}()
	}
	select {}
}
