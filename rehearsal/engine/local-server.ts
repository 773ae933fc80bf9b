import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { keptInProcess } from './kept-in-process';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * An HTTP server on 127.0.0.1. One play after the other has it, so that the functions that stay loaded find AWS where
 * they found it before; a play that runs beside another has another one. It keeps no process alive that has no play.
 */
export class LocalServer {
  private static readonly idle = keptInProcess<LocalServer[]>('idle servers', () => []);
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Of the requests that are not answered. */
  private readonly open = new Set<Socket>();
  private serve: Serve | undefined;

  static async take(): Promise<LocalServer> {
    const taken = LocalServer.idle.pop() ?? (await LocalServer.start());
    taken.server.ref();
    for (const socket of taken.sockets) socket.ref();
    return taken;
  }

  private static async start(): Promise<LocalServer> {
    const started = new LocalServer();
    await new Promise<void>((resolve) => started.server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      const { socket } = request;
      this.open.add(socket);
      response.once('close', () => this.open.delete(socket));
      if (this.serve === undefined) socket.destroy();
      else this.serve(request, response);
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    // A function may wait for its turn for any length of real time.
    this.server.keepAliveTimeout = 0;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the local AWS does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Who answers from now on. */
  listen(serve: Serve): void {
    this.serve = serve;
  }

  /** Nobody answers any more, what is still asked is cut off, and another play may have it. */
  giveBack(): void {
    this.serve = undefined;
    for (const socket of this.open) socket.destroy();
    this.server.unref();
    for (const socket of this.sockets) socket.unref();
    LocalServer.idle.push(this);
  }
}
