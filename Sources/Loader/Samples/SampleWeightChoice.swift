/// Where the weights of samples are, as far as a user says.
public enum SampleWeightChoice: Equatable, Sendable {
  /// In the only dataset of a known name beside the inputs; all count alike if there is none.
  case found
  /// In this one, `PATH` or `FILE:PATH`.
  case named(String)
  /// All samples count alike.
  case none
}
