import LinearAlgebra
import Networks

/// Neurons for one hidden layer, in growing number, each number to be tried at any amplitude.
struct StepTrial: Sendable {
  /// The hidden layer that would grow; layers count from 0.
  let layer: Int
  /// The function of its units.
  let function: UnitFunction
  /// What the amplitude multiplies.
  let form: AmplitudeForm
  /// What may be added; a choice of fewer neurons has the first fan-ins of the largest.
  let choices: [NewNeurons]
}

/// How far to go along the weight update of layer l + 1 and along one choice of neurons.
struct AmplitudeStep: Equatable, Sendable {
  /// γ₀, on δW* of layer l + 1.
  var updateAmplitude: Double
  /// The neurons, a place in the trial's choices; `nil` for none.
  var choice: Int?
  /// γ, on the neurons' fan-out and on what it takes back from layer l + 1's weights.
  var amplitude: Double
}

/// What a step does to the loss.
struct StepResult: Sendable {
  /// The fall of the mean loss on the training part, from the network as it is.
  let gain: Double
  /// The same on the held-out part, if there is one.
  let heldOut: PairedGain?
  /// The fall on the held-out part from the first step of the same trial on.
  let heldOutBeyondFirst: PairedGain?
}

/// The mean of a difference of losses, sample by sample, and how sure it is.
public struct PairedGain: Equatable, Sendable, Codable {
  /// The mean.
  public let mean: Double
  /// Its standard error over samples.
  public let standardError: Double
}

/// Differences of losses, summed over the samples of each part.
struct StepSums: Sendable {
  private var training = 0.0
  private var heldOut = WeightedMean()
  private var beyondFirst = WeightedMean()

  /// Adds the samples of a block.
  ///
  /// - Parameters:
  ///   - losses: after the step.
  ///   - before: of the network as it is.
  ///   - first: after the first step of the trial.
  ///   - block: says which rows train and which only judge.
  mutating func add<Scalar: BLASScalar>(
    losses: [Double], before: [Double], first: [Double], of block: SampleBlock<Scalar>
  ) {
    guard let weights = block.weights else {
      for row in block.training { training += before[row] - losses[row] }
      for row in block.heldOut {
        heldOut.add(before[row] - losses[row])
        beyondFirst.add(first[row] - losses[row])
      }
      return
    }
    for row in block.training { training += weights[row] * (before[row] - losses[row]) }
    for row in block.heldOut {
      heldOut.add(before[row] - losses[row], weight: weights[row])
      beyondFirst.add(first[row] - losses[row], weight: weights[row])
    }
  }

  /// Adds samples that only judge.
  mutating func add(losses: [Double], before: [Double]) {
    for (loss, old) in zip(losses, before) { heldOut.add(old - loss) }
  }

  mutating func merge(_ other: StepSums) {
    training += other.training
    heldOut.merge(other.heldOut)
    beyondFirst.merge(other.beyondFirst)
  }

  /// The means, over training samples whose weights add up to so much.
  func result(trainingWeight: Double) -> StepResult {
    StepResult(
      gain: trainingWeight > 0 ? training / trainingWeight : 0, heldOut: heldOut.paired,
      heldOutBeyondFirst: beyondFirst.paired)
  }
}
