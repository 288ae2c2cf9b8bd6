import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

/// A trained network of two narrow hidden layers, for what a wide one answers.
private struct Student {
  let network: Network<Float>
  let objective: Objective<Float>
  let split: SampleSplit
  let samples: ArraySamples

  init(_ hidden: Activation = .relu, holdout: Double = 0.25) throws {
    var random = SeededGenerator(seed: 4)
    let untrained = Network<Float>(random.network([5, 3, 3, 2], hidden: hidden))
    objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let teacher = Network<Float>(random.network([5, 16, 8, 2], hidden: hidden))
    var samples = random.samples(400, inputs: 5, outputs: 2, for: .meanSquaredError)
    samples.targets = .values(teacher.outputs(objective, samples))
    self.samples = samples
    split = SampleSplit(samples: samples, holdout: holdout, seed: 3)
    var trainer = Trainer(
      untrained, objective: objective, samples: samples, options: TrainingOptions(seed: 1))
    try trainer.train(steps: 1500)
    network = trainer.network
  }

  func diagnosis() async throws -> Diagnosis {
    var options = DiagnosisOptions(layers: [0], workers: 1, seed: 5)
    options.counts = [0: 2]
    return try await diagnose(.model(network, objective), split: split, options: options)
  }

  func grown(_ purpose: GrowthPurpose, _ training: TrainingConfiguration) async throws -> GrowthRun
  {
    var plan = GrowthPlan(aim: .counts([.init(layer: 0, neurons: 2)]))
    plan.purpose = purpose
    plan.training = training
    return try await grow(
      .model(network, objective), split: split, plan: plan,
      options: DiagnosisOptions(workers: 1, seed: 5))
  }
}

struct BeginningTests {
  @Test(
    "All begin with the same number of neurons, and those without fan-out change no output",
    arguments: [Activation.relu, .tanh])
  func beginnings(_ hidden: Activation) async throws {
    let student = try Student(hidden)
    let diagnosis = try await student.diagnosis()
    let growth = try #require(diagnosis.growth.first)
    let found = try #require(NeuronsFound(growth, diagnosis.moments))
    let all = Beginning.all(
      of: found, share: 0.5, layer: 0, in: student.network, moments: diagnosis.moments, seed: 1)
    #expect(all.map(\.kind) == [.found, .silent, .small, .random, .gradmax])
    let before = student.network.outputs(student.objective, student.samples)
    for beginning in all {
      let grown = try student.network.grown(
        by: beginning.addition, amplitudes: beginning.amplitudes)
      #expect(grown.layers[0].outputs == 5, "\(beginning.kind)")
      let after = grown.outputs(student.objective, student.samples)
      let difference = zip(before.storage, after.storage).map { abs($0 - $1) }.max() ?? 0
      switch beginning.kind {
      case .found: #expect(difference > 1e-3)
      case .silent, .small, .random, .gradmax: #expect(difference < 1e-4)
      }
    }
    #expect(all.map(\.amplitudes.neurons) == [0.5, 0, 0, 0, 1])
  }

  @Test("Silent neurons have preactivations of deviation one, small ones three tenths of that")
  func deviation() async throws {
    let student = try Student()
    let diagnosis = try await student.diagnosis()
    let growth = try #require(diagnosis.growth.first)
    let found = try #require(NeuronsFound(growth, diagnosis.moments))
    let all = Beginning.all(
      of: found, layer: 0, in: student.network, moments: diagnosis.moments, seed: 1)
    // The samples that the neurons were fitted on.
    let parts = try student.split.arrays()
    for (beginning, expected) in [(all[1], 1.0), (all[2], 0.3)] {
      let fanIn = beginning.addition.fanIn
      for unit in 0..<2 {
        let values = (0..<parts.training.sampleCount).map { row in
          (0..<5).reduce(fanIn[5, unit]) {
            $0 + Double(parts.training.inputs[row, $1]) * fanIn[$1, unit]
          }
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance =
          values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(variance.squareRoot() - expected) < 0.02 * expected)
      }
    }
  }

  @Test("Neurons for training are never those with which training diverges")
  func divergence() async throws {
    let student = try Student()
    // At this rate gradient descent is stable on the small network, and on the grown one at most for neurons
    // that begin without fan-out.
    let training = TrainingConfiguration(
      optimizer: OptimizerSettings(.sgd(), learningRate: 0.05), batchSize: 16)
    let run = try await student.grown(.training, training)
    var tuner = try FineTuner(
      run.network, loss: .meanSquaredError, samples: student.samples, configuration: training,
      seed: 9)
    tuner.train(steps: 500)
    #expect(!tuner.isDiverged)
  }

  @Test("Neurons for now lower the loss as the diagnosis says, and try nothing")
  func forNow() async throws {
    let student = try Student()
    let diagnosis = try await student.diagnosis()
    let run = try await student.grown(.now, TrainingConfiguration())
    #expect(run.steps.map(\.diagnosed) == [diagnosis.growth[0].lossGain])
    #expect(run.notes.allSatisfy { !$0.contains("short training") })
  }
}
