import Diagnostics
import LinearAlgebra
import Networks

extension LayerSearch {
  // MARK: By a line search on the batch

  mutating func searched(judging: Bool) throws -> FoundStep {
    let drawn = draw(judging ? 2 * sampleCount : sampleCount)
    let (rows, others) = (drawn.prefix(sampleCount), drawn.dropFirst(sampleCount))
    let batch = try statistics(Array(rows))
    var record = emptyRecord(lossBefore: batch.loss, sampleCount: rows.count)
    let neurons: Addition
    if source == .random {
      neurons = randomNeurons()
    } else {
      let found = try decomposing { () throws(LinearAlgebraError) in
        try batch.neurons(limit: limit(orElse: .max), threshold: options.threshold)
      }
      neurons = found.addition
      record.singularValues = found.singularValues
      record.desiredUpdate = found.desiredUpdate
      record.bestUpdate = found.bestUpdate
    }
    var line = BatchLossLine(along: neurons, form: .bothSides, of: batch)
    line.search()
    var amplitudes = line.amplitudes
    record.lossBefore = line.startLoss
    if !others.isEmpty {
      var judge = BatchLossLine(along: neurons, form: .bothSides, of: try statistics(Array(others)))
      (amplitudes, record.judgedGain) = judged(amplitudes, by: &judge)
    }
    (record.updateAmplitude, record.amplitude) = (amplitudes.update, amplitudes.neurons)
    record.lossWithUpdate = line.meanLoss(at: Amplitudes(update: amplitudes.update, neurons: 0))
    record.lossAfter = line.meanLoss(at: amplitudes)
    record.predictedGain = line.predictedGain(at: amplitudes)
    return FoundStep(
      addition: addition(neurons, amplitudes), amplitudes: amplitudes, form: .bothSides,
      record: record)
  }

  /// The shares of the line search's amplitudes that are judged: found on few samples, a shorter step
  /// does better on others.
  private static let shares = [1, 0.5, 0.25, 0.125]

  /// The amplitudes that lower the loss of other samples most, first γ₀, then γ beside it; 0 for what
  /// does not, or not by enough. And what they gain there.
  private func judged(
    _ amplitudes: Amplitudes, by judge: inout BatchLossLine
  ) -> (Amplitudes, PairedGain?) {
    var kept = Amplitudes.zero
    func best(
      _ gain: (_ share: Double) -> PairedGain?
    ) -> Double {
      let gains = Self.shares.map { (share: $0, gain: gain($0)) }
      guard let most = gains.max(by: { $0.gain?.mean ?? 0 < $1.gain?.mean ?? 0 }),
        let gain = most.gain
      else { return 0 }
      let least =
        options.requiresSignificance ? GrowingTrainer.significance * gain.standardError : 0
      return gain.mean > least ? most.share : 0
    }
    if amplitudes.update > 0 {
      kept.update =
        amplitudes.update
        * best {
          judge.pairedGain(
            from: .zero, to: Amplitudes(update: $0 * amplitudes.update, neurons: 0))
        }
    }
    if amplitudes.neurons > 0 {
      let start = kept
      kept.neurons =
        amplitudes.neurons
        * best {
          judge.pairedGain(
            from: start,
            to: Amplitudes(update: start.update, neurons: $0 * amplitudes.neurons))
        }
    }
    return (kept, judge.pairedGain(from: .zero, to: kept))
  }

  /// The part of the neurons and their weight update that is added at these amplitudes; `nil` if
  /// both are zero.
  private func addition(_ found: Addition, _ amplitudes: Amplitudes) -> Addition? {
    // Random neurons are there in any case: without fan-out they change nothing, and training goes on.
    if source == .random, amplitudes.neurons == 0, !options.requiresSignificance {
      return Addition(
        layer: layer, fanIn: found.fanIn,
        fanOut: Matrix(rows: found.fanOut.rows, columns: found.fanOut.columns))
    }
    let isGrowing = amplitudes.neurons > 0 && found.count > 0
    guard isGrowing || amplitudes.update > 0 else { return nil }
    return isGrowing
      ? found
      : Addition(
        layer: layer, fanIn: Matrix(rows: found.fanIn.rows, columns: 0),
        fanOut: Matrix(rows: 0, columns: found.fanOut.columns),
        weightUpdate: found.weightUpdate)
  }

  private mutating func randomNeurons() -> Addition {
    let count = limit(orElse: next.outputs)
    return Addition(
      layer: layer,
      fanIn: generator.kaimingWeights(inputs: wide.inputs, outputs: count, hasBias: wide.hasBias),
      fanOut: generator.kaimingWeights(inputs: count, outputs: next.outputs, hasBias: false),
      weightUpdate: Matrix(rows: next.weights.rows, columns: next.outputs))
  }
}
