/// How the neurons of a growth are made.
package enum NeuronSource: String, CaseIterable, Sendable, Codable {
  /// The paper's: δW*, then the best linear neurons for the residual, each with its own line
  /// search (sections 3.1 to 3.3).
  case sequential
  /// Linear neurons and weight update together, by a diagnosis of the batch.
  case joint
  /// Judged by what they exactly gain through their activation on a fifth of the batch, by a diagnosis
  /// of the batch. Costs many times as much as `sequential`.
  case activationAware = "activation-aware"
  /// GradMax: zero now, with the largest gradient.
  case gradmax
  /// Copies that share their original's fan-out.
  case net2wider
  /// Random fan-in and fan-out, with a line search for the amplitude (appendix C.4); without
  /// fan-out where no amplitude lowers the loss.
  case random
  /// Random fan-in, and zero fan-out.
  case silent

  /// Whether a diagnosis of the batch makes them.
  var isOfDiagnosis: Bool { self == .joint || self == .activationAware }
}
