import ArgumentParser
import Foundation

/// Runs what figures need, and draws them.
struct Reproduce: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Run the experiments of some figures, and draw them.",
    shouldDisplay: false)

  @Argument(
    help: "all, or some of \(Figure.allCases.map(\.rawValue).joined(separator: ", ")).",
    transform: Self.figures(named:))
  var figures: [[Figure]]

  @Option(
    help: ArgumentHelp(
      "The HDF5 file with samples of classes; /validation in it is the test set.",
      valueName: "file"), completion: .file())
  var data = "fixtures/digits-keras3/digits.h5"

  @Option(help: "So many runs of each kind, of the seeds 0, 1, ….") var seeds: Int?
  @Option(help: "Only the seeds from here on.") var firstSeed = 0
  @Option(help: "At most so many runs at once.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  @Flag(help: "Keep what is there, and run what is missing.") var resume = false
  @Flag(help: "Remove the runs that are there.") var overwrite = false
  @Option(
    help: ArgumentHelp("Only the runs whose name begins so; draws nothing.", valueName: "name"))
  var only: String?
  @Flag(help: "Run only; draw nothing.") var noFigures = false
  @OptionGroup var options: PaperOptions

  func validate() throws {
    if let seeds, seeds < 1 { throw ValidationError("--seeds is \(seeds), expected 1 or more") }
    if firstSeed < 0 || firstSeed >= seeds ?? .max {
      throw ValidationError("--first-seed is \(firstSeed), expected 0 or more and below --seeds")
    }
    if jobs < 1 { throw ValidationError("--jobs is \(jobs), expected 1 or more") }
  }

  func run() async throws {
    let (setting, archive) = (options.setting, options.archive)
    if overwrite { try archive.removeRuns() }
    guard resume || !archive.holdsRuns else {
      throw PaperError.resultsInPlace(path: archive.folder)
    }
    guard FileManager.default.isReadableFile(atPath: data) else {
      throw PaperError.file(path: data, reason: "no such file, or it cannot be read")
    }
    let wanted = Figure.allCases.filter { figure in figures.contains { $0.contains(figure) } }
    let recipes = setting.recipes.filter { recipe in
      recipe.name.hasPrefix(only ?? "")
        && wanted.contains { $0.recipes(in: setting).contains(recipe) }
    }
    try await RunQueue(
      archive: archive, recipes: recipes,
      seeds: UInt64(firstSeed)..<UInt64(seeds ?? setting.seeds), data: data, options: options,
      processCount: jobs
    ).run()
    if noFigures || only != nil { return }
    let claims = try FigureWriter(setting: setting, archive: archive, figures: wanted).write()
    let broken = claims.filter { $0.isCertain && [.refuted, .undecided].contains($0.verdict) }
    guard broken.isEmpty else {
      throw PaperError.claims(broken.map { "\($0.text): \($0.measured)" })
    }
  }

  static func figures(named name: String) throws -> [Figure] {
    if name == "all" { return Figure.allCases }
    guard let figure = Figure(rawValue: name) else {
      throw ValidationError("it is none of all, \(Figure.allCases.map(\.rawValue))")
    }
    return [figure]
  }
}

/// Draws and writes what is there.
struct Tables: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw the figures again and write their tables, from runs made before.")

  @Argument(help: "all, or some figures.", transform: Reproduce.figures(named:))
  var figures: [[Figure]] = [Figure.allCases]
  @Option(
    help: ArgumentHelp(
      "Write each table into this Markdown text, between <!-- figure5 --> and <!-- /figure5 -->.",
      valueName: "file"), completion: .file())
  var into: String?
  @OptionGroup var options: PaperOptions

  func run() async throws {
    let wanted = Figure.allCases.filter { figure in figures.contains { $0.contains(figure) } }
    try FigureWriter(setting: options.setting, archive: options.archive, figures: wanted)
      .write(into: into)
  }
}
