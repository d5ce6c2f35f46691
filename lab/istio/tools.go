//go:build tools

package tools

import _ "istio.io/api/label"
