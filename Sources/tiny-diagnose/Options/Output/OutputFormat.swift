import ArgumentParser

/// The forms a result can have.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, html
}
