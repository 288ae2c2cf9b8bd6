import LinearAlgebra

/// Something a reader should know before trusting the numbers.
package enum Warning: Equatable, Sendable, CustomStringConvertible {
  /// Fewer than ten samples for each weight that a unit fits to them, which understates Ψ by about
  /// a share weights / samples; with no more samples than weights they can follow anything.
  case fewSamples(samples: Int, weights: Int)
  /// Inputs of the first layer that never change.
  case constantInputs(Int)
  /// Units of the layer that answer the same to every sample.
  case deadUnits(Int)
  /// Inputs that are combinations of others.
  case dependentInputs(Int)
  /// No sample asks for any update.
  case nothingDesired
  /// New units have a value at zero that no bias of the next layer can take away.
  case noBiasToCompensate(activation: String)
  /// The suggested neurons would multiply the largest weight around the layer by so much.
  case largeWeights(factor: Double)
  /// A normalization behind the layer makes each unit depend on the others.
  case coupledUnits
  /// There is no hidden layer.
  case nothingToGrow
  /// The iterations for the lack of the whole network ended before it settled.
  case networkLackIsBound
  /// Only one pass was asked for, which finds no neurons.
  case neuronsNotSought
  /// No sample is held out, so no gain is judged on samples the fit has not seen.
  case nothingHeldOut
  /// A number of samples, out of all, have the inputs of an earlier one of the same part.
  case repeatedSamples(Int, of: Int)
  /// A number of held-out samples have the inputs of a training sample.
  case sharedSamples(Int)
  /// The inputs take few different values, this many, each on both sides of the hold-out.
  case fewDifferentSamples(Int)
  /// Rows of samples whose inputs are far from those of all others, among the training samples or those
  /// that are held out.
  case farSamples([Int], areHeldOut: Bool)
  /// The shares of the desired update that a layer's best update follows: far less on held-out
  /// samples than on those it was fitted on.
  case followsLessHeldOut(fitted: Double, heldOut: Double)
  /// There is a recording, and no network to run.
  case lossNotMeasured
  /// Recorded gradients at the last layer that are small against the recorded loss: their root mean
  /// square over samples, as a share of √loss.
  case smallGradients(share: Double)
  /// The recorded gradients of held-out samples are larger than the others by `factor`, which is
  /// the ratio of the numbers of samples.
  case gradientsOfMeans(factor: Double)

  /// The number of samples for each weight of a unit that brings the relative bias of Ψ down to a
  /// tenth.
  static let samplesPerWeight = 10
  /// Fewer held-out samples than this say little of what a layer follows on them.
  static let samplesToCompare = 50

  /// Weights that grow by more than this are said.
  package static let largestWeightFactor = 10.0

  /// A name for programs: it stays when the sentence is reworded.
  package var code: String {
    switch self {
    case .fewSamples: "fewSamples"
    case .constantInputs: "constantInputs"
    case .deadUnits: "deadUnits"
    case .dependentInputs: "dependentInputs"
    case .nothingDesired: "nothingDesired"
    case .noBiasToCompensate: "noBiasToCompensate"
    case .largeWeights: "largeWeights"
    case .coupledUnits: "coupledUnits"
    case .nothingToGrow: "nothingToGrow"
    case .networkLackIsBound: "networkLackIsBound"
    case .neuronsNotSought: "neuronsNotSought"
    case .nothingHeldOut: "nothingHeldOut"
    case .repeatedSamples: "repeatedSamples"
    case .sharedSamples: "sharedSamples"
    case .fewDifferentSamples: "fewDifferentSamples"
    case .farSamples: "farSamples"
    case .followsLessHeldOut: "followsLessHeldOut"
    case .lossNotMeasured: "lossNotMeasured"
    case .smallGradients: "smallGradients"
    case .gradientsOfMeans: "gradientsOfMeans"
    }
  }

  /// One sentence, for a person.
  package var description: String {
    switch self {
    case .fewSamples(let samples, let weights):
      "only \(samples.inGroups) training samples for a unit's \(weights.inGroups) weights: Ψ is underestimated"
        + (samples > weights ? " by about \(100 * weights / samples) %" : "")
        + "; give \((Self.samplesPerWeight * weights).inGroups) or more"
    case .constantInputs(let count):
      "\(count.inGroups) \(count == 1 ? "input never changes" : "inputs never change")"
    case .deadUnits(let count):
      "\(count.inGroups) dead \(count == 1 ? "unit answers" : "units answer") the same to every sample"
    case .dependentInputs(let count):
      "\(count.inGroups) \(count == 1 ? "input is a combination" : "inputs are combinations") of the others"
    case .nothingDesired:
      "no sample asks this layer for any update: the gradient is zero"
    case .noBiasToCompensate(let activation):
      "new \(activation) units are not zero at zero, and the next layer has no bias to take the "
        + "constant away: nothing is suggested"
    case .largeWeights(let factor):
      "the new neurons' largest weight is \(factor.inThreeDigits) times the largest there is: train on with a "
        + "smaller learning rate, or with Adam"
    case .coupledUnits:
      "a LayerNormalization behind it couples its units: new ones would change the mean and the "
        + "deviation that the old ones are scaled by; it is diagnosed, and does not grow"
    case .nothingToGrow:
      "the model has no hidden layer, so there is nothing to widen"
    case .networkLackIsBound:
      "the lack of all weights together is an upper bound: more iterations would lower it"
    case .neuronsNotSought:
      "the samples were read once, which is enough for the lack and λ; neurons were not sought"
    case .nothingHeldOut:
      "no samples are held out: no gain is judged on samples the fit has not seen"
    case .repeatedSamples(let count, let total):
      "\(count.inGroups) of \(total.inGroups) samples have the inputs of an earlier one: copies are on one side of the "
        + "hold-out"
    case .sharedSamples(let count):
      count == 1
        ? "1 held-out sample is a training sample, too: what is gained on it says nothing of new ones"
        : "\(count.inGroups) held-out samples are training samples, too: what is gained on them says nothing of "
          + "new ones"
    case .fewDifferentSamples(let count):
      "the samples have only \(count.inGroups) different inputs, all of them on both sides of the hold-out: gains "
        + "say nothing of others"
    case .farSamples(let rows, let areHeldOut):
      "\(rows.count.inGroups) \(areHeldOut ? "held-out " : "")\(rows.count == 1 ? "sample is" : "samples are") far "
        + "from the rest in \(rows.count == 1 ? "its" : "their") inputs (\(rows.count == 1 ? "row" : "rows") "
        + rows.prefix(5).map(String.init).joined(separator: ", ")
        + "\(rows.count > 5 ? ", …" : "")): new neurons may answer wildly there"
    case .followsLessHeldOut(let fitted, let heldOut):
      "the best new weights follow \(Self.percent(fitted)) of what is asked on the samples they were "
        + "fitted on, \(heldOut > 0 ? "and \(Self.percent(heldOut))" : "and nothing") on held-out ones: "
        + "samples may hang together, then name their groups, or come from elsewhere"
    case .lossNotMeasured:
      "a recording holds no network to run: what new neurons do to the loss is not measured, and they "
        + "are judged by what they close of the lack"
    case .smallGradients(let share):
      "the recorded gradients are about \(share.inThreeDigits) of the root of the loss, which is small: if "
        + "they are those of a mean over samples, Ψ is too small by the square of its number; record "
        + "those of the sum. Verdict and neurons are the same"
    case .gradientsOfMeans(let factor):
      "the gradients of the held-out samples are \(factor.inThreeDigits) times as large as the others, as "
        + "those of means over different numbers of samples are: record the gradients of sums"
    }
  }

  private static func percent(_ share: Double) -> String { "\(Int(nearest: 100 * share)) %" }
}
