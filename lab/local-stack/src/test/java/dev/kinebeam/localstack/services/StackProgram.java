package dev.kinebeam.localstack.services;

import java.nio.file.Path;

/**
 * A program that starts a stack and waits to be killed; each service's pid is a line of its output.
 */
final class StackProgram {
  private StackProgram() {}

  public static void main(String[] args) throws Exception {
    LocalStack stack = LocalStack.start(StackSettings.forTests(Path.of(args[0])));
    for (ServiceReport service : stack.services()) {
      System.out.println(service.name() + " " + service.pid());
    }
    System.out.println("up");
    stack.awaitEnd();
  }
}
