import Diagnostics
import Loader
import Networks

// Says of the model in a file, which carries its samples, where it is too narrow.
guard let path = CommandLine.arguments.dropFirst().first else {
  print("usage: diagnose MODEL.h5")
  throw CancellationError()
}
let model = try loadModel(at: path)
let opened = try openSamples(for: model)
let objective = try Objective<Float>(
  loss: opened.loss, outputStages: model.network.layers.last?.stages ?? [],
  outputs: model.network.layers.last?.outputs ?? 0)
let diagnosis = try await diagnose(
  .model(model.network, objective),
  split: SampleSplit(samples: opened.training, holdout: 0.2, seed: 0),
  options: DiagnosisOptions(workers: 2))
print(diagnosis.verdict)
