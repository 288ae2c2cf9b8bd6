/// How the suggested neurons are found.
public enum Solver: String, CaseIterable, Sendable {
  /// Candidates judged by what they exactly gain, through their activation.
  case activationAware = "activation-aware"
  /// The paper's: first the weight update, then linear neurons for the residual.
  case sequential
  /// Linear neurons and weight update together.
  case joint
}
