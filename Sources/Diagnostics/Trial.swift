import LinearAlgebra
import Networks

/// Neurons for one hidden layer, in growing number, each number to be tried at any amplitude.
struct Trial: Sendable {
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
struct Step: Equatable, Sendable {
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
  private var heldOut = (sum: 0.0, squares: 0.0)
  private var beyondFirst = (sum: 0.0, squares: 0.0)

  /// Adds the samples of a block.
  ///
  /// - Parameters:
  ///   - losses: after the step.
  ///   - before: of the network as it is.
  ///   - first: after the first step of the trial.
  ///   - block: says which rows train and which only judge.
  mutating func add<Scalar: BLASScalar>(
    losses: [Double], before: [Double], first: [Double], of block: Block<Scalar>
  ) {
    for row in block.training { training += before[row] - losses[row] }
    for row in block.heldOut {
      let gain = before[row] - losses[row]
      heldOut.sum += gain
      heldOut.squares += gain * gain
      let beyond = first[row] - losses[row]
      beyondFirst.sum += beyond
      beyondFirst.squares += beyond * beyond
    }
  }

  /// Adds samples that only judge.
  mutating func add(losses: [Double], before: [Double]) {
    for (loss, old) in zip(losses, before) {
      heldOut.sum += old - loss
      heldOut.squares += (old - loss) * (old - loss)
    }
  }

  mutating func merge(_ other: StepSums) {
    training += other.training
    heldOut.sum += other.heldOut.sum
    heldOut.squares += other.heldOut.squares
    beyondFirst.sum += other.beyondFirst.sum
    beyondFirst.squares += other.beyondFirst.squares
  }

  /// The means, over so many samples of each part.
  func result(trainingCount: Int, heldOutCount: Int) -> StepResult {
    func paired(_ totals: (sum: Double, squares: Double)) -> PairedGain? {
      guard heldOutCount > 1 else { return nil }
      let count = Double(heldOutCount)
      let mean = totals.sum / count
      let variance = max(0, totals.squares - count * mean * mean) / (count - 1)
      return PairedGain(mean: mean, standardError: (variance / count).squareRoot())
    }
    return StepResult(
      gain: training / Double(max(trainingCount, 1)), heldOut: paired(heldOut),
      heldOutBeyondFirst: paired(beyondFirst))
  }
}
