import ArgumentParser

/// Where the samples come from that are not generated.
struct SourceFiles: ParsableArguments {
  @Option(help: "A folder with the fixtures.", completion: .directory)
  var fixtures = "fixtures"
  @Option(
    help: "MNIST as fixtures/making/make_mnist.py writes it; left out if absent.",
    completion: .file())
  var mnist: String?
}
