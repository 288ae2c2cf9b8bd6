import ArgumentParser
import Diagnostics
import LinearAlgebra
import Loader
import Networks
import Reports

/// The files of all shares of some samples, and the model that they are of.
struct MergedStatistics {
  private let paths: [String]
  private let parts: [StatisticsPart]
  /// What the file of the first samples says.
  private let source: StatisticsFile.Source
  private let data: DataOptions
  private let model: LoadedModel
  private let objective: Objective<Float>

  /// Opens the files.
  ///
  /// - Parameters:
  ///   - paths: of all shares.
  ///   - model: the model's file, if not the one that they name.
  /// - Throws: `ModelError` if one cannot be read, holds something else or is damaged, and if the model
  ///   cannot be read.
  init(_ paths: [String], model: String?) throws {
    let files = try paths.map { try StatisticsFile(readingFrom: $0, program: programVersion) }
    self.paths = paths
    parts = try zip(paths, files).map { path, file in
      guard let part = StatisticsPart(file) else {
        throw UnfitInput(StatisticsProblem.damaged(part: 0), in: path)
      }
      return part
    }
    let first = files.indices.min { files[$0].ranges.lowerBound < files[$1].ranges.lowerBound }
    guard let first else { throw ValidationError("no files are named") }
    source = files[first].source
    let reading: ModelFileOptions
    do {
      reading = try ModelFileOptions.parse(source.modelArguments)
      data = try DataOptions.parse(source.dataArguments)
    } catch {
      throw UnfitInput(StatisticsProblem.damaged(part: first), in: paths[first])
    }
    self.model = try loadModel(at: model ?? source.model, reading.options)
    guard let loss = self.model.loss(describedAs: source.loss, named: source.lossName) else {
      throw UnfitInput(StatisticsProblem.otherModel(part: first), in: paths[first])
    }
    objective = try self.model.objective(of: loss)
  }

  /// The diagnosis of all samples.
  ///
  /// - Throws: `UnfitInput` if the parts do not go together.
  func diagnosis(workers: Int) async throws -> Diagnosis {
    var options = DiagnosisOptions(workers: workers, seed: data.seed)
    options.criteria = VerdictCriteria(
      leastGain: options.criteria.leastGain, heldOutIsUnseen: data.holdoutUnseen)
    do {
      return try await diagnose(.model(model.network, objective), parts: parts, options: options)
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: source.data)
    } catch let error as StatisticsProblem {
      let fault = error.parts.map { paths[$0] }
      throw UnfitInput(
        error, in: fault.isEmpty ? listed(paths) : fault.joined(separator: " and "))
    } catch is LinearAlgebraError {
      // Sums of samples are never so large that what is computed of them overflows.
      throw UnfitInput(StatisticsProblem.damaged(part: 0), in: listed(paths))
    }
  }

  /// The first few files, for a message.
  private func listed(_ paths: [String]) -> String {
    let most = 3
    return paths.prefix(most).joined(separator: ", ")
      + (paths.count > most ? " and \(paths.count - most) more" : "")
  }

  /// The context of a report on it.
  func context(_ tool: ReportedTool) -> ReportContext {
    var context = ReportContext(
      tool: tool, model: ReportedModel(model), dataPath: source.data, lossName: source.lossName,
      weightsPath: source.weights, notes: source.notes,
      grownPath: freeGrownName(for: model.path, isArchive: model.format == .kerasArchive),
      options: source.modelArguments + source.dataArguments)
    context.isMerged = true
    return context
  }
}

extension LoadedModel {
  /// The loss that was used with this model: its own, or one by its name, of logits perhaps.
  fileprivate func loss(describedAs text: String, named name: String) -> Loss? {
    let named = LossName(name)?.loss
    return [loss, loss?.ofLogits, named, named?.ofLogits].compactMap { $0 }
      .first { "\($0)" == text }
  }
}

extension StatisticsPart {
  /// What a file holds; `nil` if that is damaged.
  init?(_ file: StatisticsFile) {
    guard let origin = StatisticsOrigin(numbers: file.origin) else { return nil }
    self.init(
      origin: origin, ranges: file.ranges, sums: file.sums, trainingHashes: file.trainingHashes,
      heldOutHashes: file.heldOutHashes, rows: file.rows)
  }
}

extension StatisticsFile {
  /// A part, for a file.
  init(_ part: StatisticsPart, of source: Source) {
    self.init(
      source: source, origin: part.origin.numbers, ranges: part.ranges, sumCount: part.sumCount,
      sums: part.sums, trainingHashes: part.trainingHashes, heldOutHashes: part.heldOutHashes,
      rows: part.rows)
  }
}
