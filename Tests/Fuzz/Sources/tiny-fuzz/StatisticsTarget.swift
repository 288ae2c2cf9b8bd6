import ArgumentParser
import Dispatch
import Glibc
import Networks
import Reports

@testable import Loader
@testable import tiny_diagnose

/// What `merge` makes of a file that is given as what `statistics` wrote: all it reads and writes, by the
/// program's own way, so that the layout of such files is nowhere known here.
///
/// The sums of a file go without comparing checksums (`FUZZING`), as whoever means to do harm has them right.
enum StatisticsTarget {
  /// Makes good files from `fixtures/`, with this program: those of another compare checksums.
  static func writeSeeds(to folder: String) {
    mkdir(folder, 0o755)
    for (name, arguments) in seeds { write(arguments, to: "\(folder)/\(name).h5") }
  }

  static func run(at path: String) {
    waiting {
      do {
        try await merge([path])
      } catch {
        check(error)
        guard "\(error)".contains("no part has the sample rows") else { return }
        do { try await merge([path, otherHalf]) } catch { check(error) }
      }
    }
  }

  private static let wine = ["wine-functional-bn/model.h5", "--data", "wine-functional-bn/data.h5"]
  private static let diabetes = [
    "diabetes-regression/model.h5", "--data", "diabetes-regression/data.h5", "--validation",
    "diabetes-regression/validation.h5",
  ]
  private static let seeds = [
    ("labels", wine), ("double", wine + ["--double", "--holdout", "0"]),
    ("values", diabetes), ("half", diabetes + ["--share", "1/2"]),
  ]

  /// What makes `half` a whole.
  private static let otherHalf: String = {
    let path = "\(MemoryFile.only.path)-half"
    write(diabetes + ["--share", "2/2"], to: path)
    return path
  }()

  private static func write(_ arguments: [String], to path: String) {
    let named = arguments.map { $0.hasSuffix(".h5") ? "fixtures/\($0)" : $0 }
    waiting {
      do {
        try await Statistics.parse(named + ["--threads", "1", "--force", "-o", path]).run()
      } catch {
        fatalError("\(error): start tiny-fuzz beside fixtures/")
      }
    }
  }

  private static func merge(_ paths: [String]) async throws {
    let merged = try MergedStatistics(paths, model: nil)
    let diagnosis = try await merged.diagnosis(workers: 1)
    let context = merged.context(ReportedTool(threads: 1, since: .now))
    for format in OutputFormat.allCases {
      let text = try context.rendered(diagnosis, as: format, style: .plain, isDetailed: true)
      precondition(!text.isEmpty, "a report that says nothing")
    }
  }

  private static func check(_ error: any Error) {
    guard let failure = Failure(error, ArgumentAdvice([])) else {
      fatalError("no code for \(error)")
    }
    precondition([1, 3, 64].contains(failure.exitCode), "exit code \(failure.exitCode)")
    guard failure.message.contains("\n  ") else { fatalError("no advice: \(failure.message)") }
  }

  /// libFuzzer waits for an input to be done with.
  private static func waiting(_ work: @escaping @Sendable () async -> Void) {
    let done = DispatchSemaphore(value: 0)
    Task.detached {
      await work()
      done.signal()
    }
    done.wait()
  }
}
