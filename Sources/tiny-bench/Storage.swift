import ArgumentParser
import TestSupport

/// How the inputs are stored.
enum Storage: String, CaseIterable, ExpressibleByArgument {
  case float, float64, uint8, gzip
}
