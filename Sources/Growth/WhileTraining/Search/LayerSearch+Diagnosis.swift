import Diagnostics
import LinearAlgebra
import Networks

extension LayerSearch {
  /// The step on no more samples than it takes: quickly on few, as long as that finds neurons that gain
  /// something on others beyond chance; else thoroughly on as many as there may be.
  mutating func diagnosedUntilClear() async throws -> FoundStep {
    let largest = options.statistics.limit(of: samples.sampleCount, for: source)
    let few = max(Self.fewSamples, wide.inputs)
    if sampleCount <= few, Self.worthwhileFactor * few <= largest {
      sampleCount = few
      let found = try await diagnosed(.quick)
      if found.addition != nil { return found }
    }
    sampleCount = largest
    return try await diagnosed()
  }

  /// A fifth of them judges; fewer show the gain of no few neurons.
  private static let fewSamples = 1000
  /// Where all are not many times as many, the look at few spares little, and finds less.
  private static let worthwhileFactor = 4

  /// The step on samples of the usual number.
  mutating func diagnosed(_ effort: SearchEffort = .neurons) async throws -> FoundStep {
    let rows = draw(sampleCount)
    var choice = DiagnosisOptions(
      solver: source == .joint ? .joint : .activationAware,
      neuronLimit: limit(orElse: DiagnosisOptions(workers: 1).neuronLimit),
      layers: [0], workers: options.workers, seed: generator.next())
    choice.networkLack = false
    // What is found here is grown many times, and a batch is thrown away afterwards.
    choice.judgesInParts = false
    choice.effort = effort
    guard choice.neuronLimit > 0 else {
      let loss = try statistics(rows).loss
      return FoundStep(record: emptyRecord(lossBefore: loss, sampleCount: rows.count))
    }
    let diagnosis = try await diagnose(
      .model(upperNetwork, objective),
      split: SampleSplit(samples: batch(rows), holdout: 0.2, seed: generator.next()),
      options: choice)
    let loss = diagnosis.training?.loss ?? 0
    var record = emptyRecord(lossBefore: loss, sampleCount: rows.count)
    guard let growth = diagnosis.growth.first else { return FoundStep(record: record) }
    record.singularValues = growth.paper.singularValues
    record.desiredUpdate = diagnosis.layers[1].desiredUpdate
    record.bestUpdate = diagnosis.layers[1].bestUpdate
    let gain = growth.lossGain ?? growth.rejectedLossGain
    record.judgedGain = gain?.heldOut
    guard let addition = growth.addition, let gain = growth.lossGain else {
      let isDead = diagnosis.layers[0].deadUnits == wide.outputs
      return FoundStep(
        addition: isDead || isStuck && effort != .quick ? startingNeurons() : nil,
        record: record)
    }
    record.predictedGain = gain.predicted
    record.updateAmplitude = gain.amplitudes.update
    record.amplitude = gain.amplitudes.neurons
    record.lossWithUpdate = loss - gain.measuredWithoutNeurons
    record.lossAfter = loss - gain.measured
    // The amplitudes are multiplied out.
    return FoundStep(
      addition: Addition(
        layer: layer, fanIn: addition.fanIn, fanOut: addition.fanOut,
        weightUpdate: addition.weightUpdate), record: record)
  }

  /// Random neurons without fan-out, where no search can judge any: no gradient leads out of a layer whose
  /// units answer the same to every sample, and a network that is too narrow to learn anything has none
  /// that says what is missing.
  private mutating func startingNeurons() -> Addition? {
    let count = limit(orElse: Self.startingUnits)
    guard count > 0 else { return nil }
    return .random(layer: layer, count: count, of: network, seed: generator.next())
  }

  /// Of ReLUs at random every other one may be dead as well.
  private static let startingUnits = 4

  /// The network from the layer on. The layers below would cost a diagnosis as much again, and say
  /// nothing about this one.
  private var upperNetwork: Network<Float> {
    guard layer > 0 else { return network }
    return Network(inputCount: wide.inputs, layers: Array(network.layers[layer...]))
  }

  /// Some samples as the layer sees them. Those with equal inputs of the network are a group.
  private func batch(_ rows: [Int]) -> ArraySamples {
    let targets = samples.targets.selecting(rows)
    let inputs = samples.inputs.selectingRows(rows)
    guard layer > 0 else { return ArraySamples(inputs: inputs, targets: targets) }
    let marks = inputs.rowHashes(rows: inputs.rows, columns: inputs.columns)
    return ArraySamples(
      inputs: network.inputs(ofLayer: layer, from: inputs), targets: targets, groups: marks)
  }
}

extension Network where Scalar == Float {
  /// What a layer is given for some samples, samples × inputs.
  fileprivate func inputs(ofLayer layer: Int, from samples: Matrix<Float>) -> Matrix<Float> {
    var values = samples
    for stage in preprocessing { stage.apply(to: &values) }
    for below in layers[..<layer] {
      var inputs = Matrix<Float>(rows: values.rows, columns: below.weights.rows)
      inputs.setAugmented(values)
      values = Matrix(rows: values.rows, columns: below.outputs)
      values.setProduct(inputs, below.weights)
      for stage in below.stages { stage.apply(to: &values) }
    }
    return values
  }
}
