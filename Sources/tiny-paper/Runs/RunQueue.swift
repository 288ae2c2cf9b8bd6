import Foundation

/// One run that is wanted.
struct Job: Equatable {
  let recipe: Recipe
  let seed: UInt64
  /// The file of samples.
  let data: String

  /// What the run is made from, as kept beside its results: where it differs, the run is another.
  var settings: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let name = URL(fileURLWithPath: data).lastPathComponent
    let text = (try? encoder.encode(recipe)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return "// \(name), seed \(seed)\n\(text)\n"
  }
}

/// Runs what is wanted and not there yet, each run in a process of its own.
struct RunQueue {
  let archive: RunFolder
  let recipes: [Recipe]
  let seeds: Range<UInt64>
  let data: String
  let options: PaperOptions
  /// The largest number of processes at a time.
  let processCount: Int

  /// Runs everything; one run that fails does not stop the others.
  ///
  /// - Throws: the first `PaperError.runFailed`.
  func run() async throws {
    let groups = jobGroups()
    let total = groups.reduce(0) { $0 + $1.count }
    var (done, failure) = (0, PaperError?.none)
    for group in groups {
      var waiting = group.filter { !archive.holds($0) }
      done += group.count - waiting.count
      await withTaskGroup(of: (Job, PaperError?).self) { tasks in
        for _ in 0..<min(processCount, waiting.count) { start(waiting.removeFirst(), in: &tasks) }
        for await (job, error) in tasks {
          done += 1
          failure = failure ?? error
          report("[\(done)/\(total)] \(job.recipe.name), seed \(job.seed)", error)
          if !waiting.isEmpty { start(waiting.removeFirst(), in: &tasks) }
        }
      }
    }
    if let failure { throw failure }
  }

  /// Seed by seed, so that what is there of a campaign that was stopped is of use; within a seed the
  /// runs that others need come first.
  func jobGroups() -> [[Job]] {
    func depth(of recipe: Recipe) -> Int {
      guard let name = recipe.prerequisite, let first = recipes.first(where: { $0.name == name })
      else { return 0 }
      return 1 + depth(of: first)
    }
    let depths = recipes.map(depth)
    return seeds.flatMap { seed in
      (0...(depths.max() ?? 0)).map { level in
        zip(recipes, depths).filter { $0.1 == level }
          .map { Job(recipe: $0.0, seed: seed, data: data) }
      }
    }
  }

  private func start(_ job: Job, in tasks: inout TaskGroup<(Job, PaperError?)>) {
    let arguments =
      ["run", job.recipe.name, "--seed", "\(job.seed)", "--data", data] + options.arguments
    tasks.addTask { (job, await Self.process(arguments, of: job)) }
  }

  /// - Returns: why the process came to nothing, if it did.
  private static func process(_ arguments: [String], of job: Job) async -> PaperError? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    @Sendable func failed(_ status: Int32, _ message: String) -> PaperError {
      .runFailed(name: job.recipe.name, seed: job.seed, status: status, message: message)
    }
    return await withCheckedContinuation { continuation in
      process.terminationHandler = { process in
        let text = String(
          decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let status = process.terminationStatus
        let message = text.trimmingCharacters(in: .whitespacesAndNewlines)
        continuation.resume(returning: status == 0 ? nil : failed(status, message))
      }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(returning: failed(-1, "cannot be started"))
      }
    }
  }

  private func report(_ text: String, _ error: PaperError?) {
    standardError(text + (error.map { ": \($0)" } ?? ""))
  }
}

/// Writes a line to standard error.
func standardError(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
