import Foundation
import HDF5
import Loader

/// The folder of results: `runs/RECIPE/SEED/` with the tables of each run, and what is drawn of them.
struct RunFolder {
  let folder: String

  /// Where a run's files are.
  func place(of recipe: String, seed: UInt64) -> String { "\(folder)/runs/\(recipe)/\(seed)" }

  /// Whether any run is there.
  var holdsRuns: Bool { FileManager.default.fileExists(atPath: folder + "/runs") }

  /// Whether this run was made, of just this recipe and these data.
  func holds(_ run: Job) -> Bool {
    let place = place(of: run.recipe.name, seed: run.seed)
    // The curve is written last.
    return FileManager.default.fileExists(atPath: place + "/curve.csv")
      && (try? read(place + "/settings.json")) == run.settings
  }

  /// A run's results.
  ///
  /// - Throws: `PaperError` if there are none, or they are not what was written.
  func record(of recipe: String, seed: UInt64) throws(PaperError) -> RunRecord {
    let place = place(of: recipe, seed: seed)
    guard FileManager.default.fileExists(atPath: place + "/curve.csv") else {
      throw .noRun(name: "\(recipe), seed \(seed)", folder: folder)
    }
    return try RunRecord(
      curve: try read(place + "/curve.csv"), growths: try read(place + "/growth.csv"), of: place)
  }

  /// All runs of a recipe by their seeds.
  ///
  /// - Throws: `PaperError` if there are none, or one is damaged.
  func records(of recipe: String) throws(PaperError) -> [UInt64: RunRecord] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/runs/\(recipe)"))
    var records: [UInt64: RunRecord] = [:]
    for seed in (names ?? []).compactMap({ UInt64($0) }) {
      let place = place(of: recipe, seed: seed)
      guard FileManager.default.fileExists(atPath: place + "/curve.csv") else { continue }
      records[seed] = try record(of: recipe, seed: seed)
    }
    guard !records.isEmpty else { throw .noRun(name: recipe, folder: folder) }
    return records
  }

  /// Writes a run's results, the curve last: it says that all is there.
  func write(_ record: RunRecord, of run: Job) throws {
    let place = place(of: run.recipe.name, seed: run.seed)
    try write(run.settings, to: place + "/settings.json")
    try write(record.growthCSV.text, to: place + "/growth.csv")
    try write(record.curveCSV.text, to: place + "/curve.csv")
  }

  /// Writes a run's network as a model that Keras loads: `model.h5`.
  ///
  /// - Throws: `ModelError` if it cannot be written.
  func write(_ model: NewModel, of run: Job) throws {
    let place = place(of: run.recipe.name, seed: run.seed)
    try makeFolder(place)
    var options = WritingOptions()
    options.overwrite = true
    try Loader.write(model, to: place + "/model.h5", layout: .keras, options: options)
  }

  /// Writes a file whole or not at all, and the folders above it.
  ///
  /// - Throws: `PaperError.file`, or `HDF5Error` if there is no room.
  func write(_ text: String, to path: String) throws {
    try makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    let pending = try PendingFile(for: path, overwrite: true, apartFrom: [])
    try pending.write(Array(text.utf8))
    try pending.commit()
  }

  private func makeFolder(_ path: String) throws(PaperError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .file(path: path, reason: "the folder cannot be made")
    }
  }

  /// Reads a file.
  ///
  /// - Throws: `PaperError.file`.
  func read(_ path: String) throws(PaperError) -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .file(path: path, reason: "cannot be read")
    }
  }

  /// Forgets all runs.
  ///
  /// - Throws: `PaperError.file`.
  func removeRuns() throws(PaperError) {
    guard holdsRuns else { return }
    do {
      try FileManager.default.removeItem(atPath: folder + "/runs")
    } catch {
      throw .file(path: folder + "/runs", reason: "cannot be removed")
    }
  }
}
